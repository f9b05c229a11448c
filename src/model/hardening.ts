import type { Digest } from './digest.ts';
import type { Severity } from './severity.ts';

/** A smaller form of a base: what of it something needs, what nothing does, and what nobody can see. */
export interface Hardening {
  readonly image: { readonly reference: string; readonly digest: Digest };
  /** Images whose needs were looked at, beside the base's own entry point. */
  readonly for: readonly string[];
  readonly kept: readonly KeptPackage[];
  readonly removed: readonly RemovedPackage[];
  readonly savedBytes: number;
  /** Known vulnerabilities that go with the removed packages; absent where none were looked up. */
  readonly savedFindings?: number;
  /** What can't be known from packages, links and entry points, in sentences. */
  readonly unknown: readonly string[];
}

export interface KeptPackage {
  readonly name: string;
  readonly version: string;
  readonly sizeBytes: number;
  /** What needs it: `entry point`, `libssl.so.3 of /srv/cart`, `bash needs it`. */
  readonly why: string;
}

export interface RemovedPackage {
  readonly name: string;
  readonly version: string;
  readonly sizeBytes: number;
  readonly findings: number;
  readonly worst?: Severity;
}
