import type { BaseState } from './base.ts';
import type { Digest } from './digest.ts';
import type { Fix, Owner } from './finding.ts';
import type { Severity } from './severity.ts';

/** Whom a vulnerability, a package or a digest reaches: bases, and the images on them. Every list is sorted. */
export interface Impact {
  readonly asked: AskedImpact;
  readonly bases: readonly ImpactedBase[];
  /** Images that stand on no base of the catalogue. */
  readonly others: readonly ImpactedImage[];
  /** Images that it reaches, and those whose records were looked at. */
  readonly images: number;
  readonly records: number;
  /** What keeps the answer from being whole. */
  readonly caveats: readonly string[];
}

export type AskedImpact =
  | {
      readonly kind: 'vulnerability';
      readonly id: string;
      readonly aliases: readonly string[];
      readonly title?: string;
      readonly severity?: Severity;
      /** `YYYY-MM-DD`: known to be exploited since. */
      readonly exploitedSince?: string;
      /** RFC 3339: when the advisories were built. */
      readonly advisoriesBuiltAt: string;
    }
  | { readonly kind: 'package'; readonly name: string; readonly versions?: string }
  | { readonly kind: 'digest'; readonly digest: Digest; readonly means: readonly ('release' | 'image' | 'layer')[] }
  | { readonly kind: 'base'; readonly name: string };

export interface ImpactedBase {
  readonly name: string;
  /** Absent where the images name a base that the catalogue does not list. */
  readonly owner?: string;
  readonly state?: BaseState;
  readonly releases: readonly ImpactedRelease[];
}

export interface ImpactedRelease {
  /** Absent where it is not known which release the images stand on. */
  readonly digest?: Digest;
  readonly state?: BaseState;
  /** What the release itself has. */
  readonly packages: readonly ImpactedPackage[];
  readonly images: readonly ImpactedImage[];
}

export interface ImpactedImage {
  readonly digest: Digest;
  readonly names: readonly string[];
  /** How the base is known, and, of a guess, to which degree. */
  readonly baseKnown?: string;
  readonly packages: readonly ImpactedPackage[];
}

export interface ImpactedPackage {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly owner: Owner;
  /** Index of the layer that brought it. */
  readonly layer?: number;
  readonly path?: string;
  readonly severity?: Severity;
  readonly fix?: Fix;
}
