import type { SourceOptions } from '../image/asking.ts';

export type SourceKind = 'docker' | 'kubernetes' | 'containerd' | 'registry';

/** Where to ask, as somebody has set it up. */
export interface SourceSettings {
  readonly kind: SourceKind;
  /** As people call it; the host's name in the inventory. */
  readonly name: string;
  readonly address: string;
  readonly environment?: string;
  readonly team?: string;
  /** What lets us in, by name: `token`, `clientKey` … */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What a source is given to watch with. */
export interface WatchContext {
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a container's configuration without the secrets in it. */
  redact(text: string): string;
  /** Ids of what runs there as far as was known before. */
  readonly known: ReadonlySet<string>;
  /** Where an earlier watch has stopped reading, as it said itself. */
  readonly cursor: unknown;
  /** How often a quiet source is asked whether it is still there, in milliseconds. */
  readonly pulseMs: number;
  /** Longest silence in the middle of an answer, in milliseconds. */
  readonly stallTimeoutMs: number;
  readonly now: () => Date;
  readonly image: Pick<SourceOptions, 'cacheDirectory' | 'dockerConfig' | 'insecureHttp' | 'network'>;
}

/** A container that runs, as a source tells of it. */
export interface Sighting {
  readonly id: string;
  readonly name: string;
  /** Digests by which the image is known there, the surest first. */
  readonly imageIds: readonly string[];
  readonly imageName: string;
  /** By which exactly this image can be fetched from its registry, where that is known. */
  readonly imageReference?: string;
  readonly platform?: string;
  readonly workload?: { readonly namespace: string; readonly kind: string; readonly name: string };
  readonly environment?: string;
  readonly team?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly configuration: ContainerConfiguration;
  readonly since: Date;
  /** Who started it, where the source tells. */
  readonly startedBy?: Who;
}

/** What of its configuration decides what a container may do. What is not said is not known. */
export interface ContainerConfiguration {
  readonly privileged?: boolean;
  readonly capabilitiesAdded?: readonly string[];
  readonly capabilitiesDropped?: readonly string[];
  /** Empty: the image's. */
  readonly user?: string;
  readonly readOnlyRoot?: boolean;
  readonly network?: string;
  readonly pid?: string;
  readonly ipc?: string;
  readonly security?: readonly string[];
  readonly runtime?: string;
  readonly mounts?: readonly Mount[];
  readonly ports?: readonly Port[];
  /** `NAME=value`, secrets redacted. */
  readonly variables?: readonly string[];
  readonly command?: readonly string[];
  readonly health?: string;
  readonly node?: string;
  readonly account?: string;
}

export interface Mount {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly readOnly: boolean;
}

export interface Port {
  /** `80/tcp` */
  readonly inside: string;
  /** `0.0.0.0:8080`; absent where it is not published. */
  readonly outside?: string;
}

/** Who did something, and how that is known. */
export interface Who {
  readonly kind: 'human' | 'automation';
  readonly name: string;
  readonly known: string;
}

/** What a source tells, in order. */
export type Observation =
  /** It answers. */
  | { readonly kind: 'heard'; readonly about?: HostFacts }
  /** All that runs there now; what is not in it has ended, those in `ended` at the given time. */
  | { readonly kind: 'all'; readonly containers: readonly Sighting[]; readonly ended: readonly Ending[] }
  /** What has started or changed, and what has ended. */
  | { readonly kind: 'some'; readonly containers: readonly Sighting[]; readonly ended: readonly Ending[] }
  /** Something was done that the ledger should know of. */
  | { readonly kind: 'deed'; readonly deed: Deed }
  /** To which image a tag leads; none: it is gone. */
  | { readonly kind: 'tag'; readonly repository: string; readonly tag: string; readonly image?: string }
  /** All tags of a repository; others are gone. */
  | { readonly kind: 'tags'; readonly repository: string; readonly tags: readonly string[] }
  /** How far was read: given to the next watch. */
  | { readonly kind: 'cursor'; readonly cursor: unknown };

export interface HostFacts {
  readonly labels: Readonly<Record<string, string>>;
}

export interface Ending {
  readonly id: string;
  readonly at?: Date;
  readonly exitCode?: number;
  /** `OOMKilled`, `Error` … in the source's words. */
  readonly why?: string;
}

/** What is done where containers run and images lie, by the name that the ledger has for it. */
export type DeedAction =
  | `container.${'attach' | 'exec' | 'exec-create' | 'forward' | 'pause' | 'rename' | 'unpause' | 'update'}`
  | `image.${'delete' | 'import' | 'load' | 'pull' | 'push' | 'tag' | 'untag'}`
  | `registry.${'delete' | 'mount' | 'pull' | 'push'}`
  | `tag.${'move' | 'remove'}`;

/** A pull, an exec, a push. */
export interface Deed {
  readonly action: DeedAction;
  readonly subject: { readonly kind: string; readonly name: string };
  readonly at?: Date;
  readonly by?: Who;
  readonly from?: string;
  readonly details: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** Asks one kind of place what runs there or what there is. Never changes anything there and never reads a container's files. */
export interface InventorySource {
  readonly kind: SourceKind;
  /** Names of secrets that it takes. */
  readonly secrets: readonly string[];
  /** How long it may be silent before that is said, in seconds. */
  readonly periodSeconds: number;
  /** Throws for an address that can't be one. @throws CodedError `bad-source-address` … */
  check(settings: SourceSettings): void;
  /** Says in a line what answers there. @throws CodedError */
  test(settings: SourceSettings, context: WatchContext): Promise<string>;
  /**
   * Tells all that runs, then what changes, until the connection breaks (throws) or the signal aborts. Whoever calls it again
   * hears of everything anew, so that nothing is missed.
   * @throws CodedError
   */
  watch(settings: SourceSettings, context: WatchContext): AsyncGenerator<Observation, void, void>;
}
