import type { Digest } from '../../model/index.ts';
import type { World } from '../programs/run-program.ts';
import type { BuildNetwork } from '../provenance/build-record.ts';

/** An engine that builds images from Dockerfiles. A member of the family. */
export interface BuildEngine {
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  /** `RUN --mount=type=secret` works. */
  readonly takesSecrets: boolean;
  /** Builds stages too that the target does not need. */
  readonly buildsEveryStage: boolean;
  /** A `# syntax` image reads the Dockerfile. */
  readonly runsFrontends: boolean;
  /** The engine, ready; or in one clause why it can't be had here. */
  find(world: World): Promise<ReadyEngine | { readonly missing: string }>;
}

/** An engine that answered. */
export interface ReadyEngine {
  readonly name: string;
  readonly version: string;
  /** An image that the engine has itself; undefined where it has none of that name, or takes none. */
  localImage(reference: string, world: World): Promise<LocalImage | undefined>;
  /** @throws CodedError `build-failed`. */
  build(request: BuildRequest, world: World): Promise<BuiltImage>;
}

/** An image in an engine's own store. */
export interface LocalImage {
  /** What `FROM` calls it so that no other can be meant. */
  readonly pin: string;
  /** Digest of its configuration. */
  readonly configDigest: Digest;
  /** Repositories and digests under which registries know it. */
  readonly registryDigests: readonly string[];
  readonly diffIds: readonly Digest[];
  readonly onBuild: readonly string[];
}

export interface BuildRequest {
  /** The folder of the build context. */
  readonly context: string;
  /** It is a copy that nobody else looks at. */
  readonly contextIsOurs: boolean;
  /** Where the Dockerfile as it was written lies in the context; undefined where it lies elsewhere. */
  readonly writtenDockerfile?: string;
  /** The Dockerfile with its bases pinned, alone (with its `.dockerignore`) in a folder that the engine may write to. */
  readonly dockerfile: string;
  /** An empty folder for what the engine makes. */
  readonly work: string;
  readonly target?: string;
  readonly platform?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly network: BuildNetwork;
  readonly secrets: readonly SecretMount[];
  /** Forget what earlier builds left. */
  readonly noCache: boolean;
  /** Registries that are spoken to without TLS. */
  readonly plainHttp: boolean;
  readonly onLine: (line: string) => void;
}

/** A secret for `RUN --mount=type=secret,id=…`. */
export interface SecretMount {
  readonly id: string;
  /** The file that holds it. */
  readonly file: string;
}

/** What an engine made. */
export interface BuiltImage {
  /** As images are named on the command line: `archive:…`, `docker:sha256:…`. */
  readonly image: string;
  /** Takes it away from the engine again. */
  drop(): Promise<void>;
}
