import type { Digest } from './digest.ts';
import type { Finding } from './finding.ts';
import type { Executable, Package } from './record.ts';

/** What differs between two images, from the first to the second. Every list is sorted. */
export interface Comparison {
  readonly from: ComparedImage;
  readonly to: ComparedImage;
  readonly packages: Differences<Package>;
  readonly executables: Differences<Executable>;
  readonly findings: { readonly new: readonly NewFinding[]; readonly gone: readonly Finding[] };
  readonly configuration: readonly ConfigurationChange[];
  /** What keeps the comparison from being whole: other advisories, unread files. */
  readonly caveats: readonly string[];
}

export interface ComparedImage {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly layers: number;
  readonly packages: number;
  readonly executables: number;
  readonly findings: number;
}

export interface Differences<Item> {
  readonly added: readonly Item[];
  readonly removed: readonly Item[];
  readonly changed: readonly { readonly from: Item; readonly to: Item }[];
}

/** A finding that the first image has not, and what brought it. */
export interface NewFinding {
  readonly finding: Finding;
  /**
   * `package-added`, `package-changed`: it came with that package; `newly-known`: the package was there before, only the
   * advisories are newer; `content`: a file, variable or setting that is new.
   */
  readonly cause: 'package-added' | 'package-changed' | 'newly-known' | 'content';
  /** The version before, for `package-changed`. */
  readonly previousVersion?: string;
}

export interface ConfigurationChange {
  /** `user`, `entrypoint`, `env PATH`, `label maintainer`, `port 80/tcp`, `operating system`, … */
  readonly what: string;
  /** Absent where it was not set. */
  readonly from?: string;
  readonly to?: string;
}
