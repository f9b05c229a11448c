import type { Digest } from '../../model/index.ts';

/** All that a build was asked, found and made: what provenance is written from, and read back to. */
export interface BuildRecord {
  readonly source?: SourceRecord;
  readonly parameters: BuildParameters;
  readonly conditions: BuildConditions;
  /** Images that it took in. */
  readonly images: readonly ImageDependency[];
  /** SHA-256 of the Dockerfile as it was written. */
  readonly dockerfileDigest: Digest;
  readonly builder: { readonly id: string; readonly version: string };
  readonly run: {
    readonly invocationId: string;
    readonly startedOn: string;
    readonly finishedOn: string;
  };
  readonly made: { readonly configDigest: Digest; readonly layers: readonly MadeLayer[] };
}

/** The commit that was built. */
export interface SourceRecord {
  /** Absent where the repository has no remote. */
  readonly repository?: string;
  readonly commit: string;
  /** `refs/heads/main`, `refs/tags/v1` */
  readonly ref?: string;
}

/** What network build steps have: what the engine gives them, none, or the machine's own, loopback included. */
export const buildNetworks = ['default', 'none', 'host'] as const;
export type BuildNetwork = (typeof buildNetworks)[number];

/** What the user decided. */
export interface BuildParameters {
  /** Relative to the source, `.` for its root; for builds of no commit, the folder's name. */
  readonly context: string;
  /** Relative to the source. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly platform?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: BuildNetwork;
  /** Their names; nothing else of them is kept. */
  readonly secrets: readonly string[];
  readonly references: readonly string[];
  readonly reproducible: boolean;
}

/** What the machine decided. */
export interface BuildConditions {
  readonly engine: { readonly name: string; readonly version: string };
  /** Seconds since 1970 that reproducible builds count no time beyond. */
  readonly sourceDateEpoch?: number;
  /** Not the commit alone was built: the folder as it was. */
  readonly dirty: boolean;
  /** Some of what differed. */
  readonly changed: readonly string[];
  /** No remote is known to have the commit. */
  readonly unpushed: boolean;
  /** Built where no builder is enrolled. */
  readonly local: boolean;
  readonly ci?: string;
  readonly requestedBy?: string;
  /** What packed the layers: other versions may pack the same bytes differently. */
  readonly packedBy: string;
}

/** An image that a build took in. */
export interface ImageDependency {
  /** `base`: the last stage stands on it; `stage`: another does, or it was copied from; `frontend`: it read the Dockerfile. */
  readonly role: 'base' | 'stage' | 'frontend';
  /** As the Dockerfile names it, arguments put in. */
  readonly reference: string;
  /** Its manifest, or its configuration where it was in an engine that keeps no manifest. */
  readonly digest: Digest;
  readonly digestOf: 'manifest' | 'config';
  /** The tag led elsewhere when the build was over: to what. */
  readonly movedTo?: Digest;
}

/** A layer of the image that was made. */
export interface MadeLayer {
  readonly diffId: Digest;
  readonly digest: Digest;
}
