import type { BuildEngine, BuildParameters, ReadyEngine, SecretMount, World } from '../../build/index.ts';
import { fullName, type OpenImageOptions, parseReference } from '../../image/index.ts';
import { pinnedNames, type TakenImage, takenImages } from './dockerfile-images.ts';
import { makeImage, type MadeImage } from './make-image.ts';
import type { PinnedImage } from './resolve-images.ts';

export interface PinnedBuildOptions {
  readonly kind: BuildEngine;
  readonly engine: ReadyEngine;
  readonly world: World;
  readonly open: OpenImageOptions;
  /** A folder for all that is made. */
  readonly work: string;
  /** The folder that `parameters.context` and `.dockerfile` are relative to. */
  readonly source: string;
  /** It was written out for this build. */
  readonly sourceIsOurs: boolean;
  readonly parameters: BuildParameters;
  /** The text of the Dockerfile. */
  readonly dockerfile: string;
  readonly mounts: readonly SecretMount[];
  readonly noCache: boolean;
  readonly insecureHttp: boolean;
  readonly sourceDateEpoch: number | undefined;
  /** Finds out which image a name means. */
  pin(taken: TakenImage): Promise<PinnedImage>;
  onLine(line: string): void;
}

export interface PinnedBuild {
  readonly made: MadeImage;
  readonly taken: readonly TakenImage[];
  /** One for each that was taken. */
  readonly pinned: readonly PinnedImage[];
  /** What the image stands on; undefined for those from scratch. */
  readonly base: PinnedImage | undefined;
}

/** Finds every image that a Dockerfile takes in, pins it by digest, and builds on exactly these. */
export async function buildPinned(options: PinnedBuildOptions): Promise<PinnedBuild> {
  const { kind, parameters, dockerfile } = options;
  const machine = machinePlatform();
  const taken = takenImages(dockerfile, {
    fileName: parameters.dockerfile,
    buildArgs: parameters.buildArgs,
    ...(parameters.target === undefined ? {} : { target: parameters.target }),
    platforms: { build: machine, target: parameters.platform ?? machine },
    everyStage: kind.buildsEveryStage,
    frontends: kind.runsFrontends,
  });
  const pinned: PinnedImage[] = [];
  for (const each of taken) pinned.push(await options.pin(each));
  const base = pinned.find(({ role }) => role === 'base');
  const made = await makeImage({
    ...options,
    dockerfile: pinnedNames(dockerfile, new Map(taken.map((each, index) => [each, pinned[index]!.pin]))),
    base,
    plainHttp: options.insecureHttp || pinned.some(({ reference }) => isLoopback(reference)),
    annotations: baseAnnotations(base),
  });
  return { made, taken, pinned, base };
}

function machinePlatform(): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return `linux/${names[process.arch] ?? process.arch}`;
}

/** Lets whoever has the image find its base (OCI image-spec, annotations.md § Pre-Defined Annotation Keys). */
function baseAnnotations(base: PinnedImage | undefined): Readonly<Record<string, string>> {
  if (base === undefined) return {};
  return {
    'org.opencontainers.image.base.name': fullName({ ...parseReference(base.reference), digest: undefined }),
    ...(base.digestOf === 'manifest' ? { 'org.opencontainers.image.base.digest': base.digest } : {}),
  };
}

function isLoopback(reference: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?\//.test(reference);
}
