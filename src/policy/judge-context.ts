import type { Finding, Package, TrustEvidence } from '../model/index.ts';
import type { VexStatement } from './vex-statement.ts';

/** What the judge is told beside the record: where the image is to run, what is asked for it, and what day it is. */
export interface JudgeContext {
  readonly now: Date;
  /** Scope names, several joined by `+`; absent: every scope whose patterns match. */
  readonly scope?: string;
  readonly environment?: string;
  readonly team?: string;
  readonly regulations?: readonly string[];
  /** Labels of the workload or place. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The image as it was asked for: `registry.example.com/shop/cart:1.8.2`. */
  readonly reference?: string;
  /** `restart`: a container of an image that was approved here starts again. Default `new`. */
  readonly deployment?: 'new' | 'restart';
  /** The digest that was approved here; a restart of any other is judged as new. */
  readonly approvedDigest?: string;
  readonly vex?: readonly VexStatement[];
  /** Who vouches for the image, verified; absent where nobody looked. */
  readonly evidence?: TrustEvidence;
  /** Finds a package of the record by its id, where the caller can do so faster than by going through all of them. */
  readonly findPackage?: (id: string) => Package | undefined;
  /** The record's findings as lists, where some of them are those of other records, too. */
  readonly findingLists?: FindingLists | undefined;
}

/** The findings of a record once more: lists that other records have, too (those of a base), and the rest. */
export interface FindingLists {
  /** Frozen for whoever has them: what rules say of one is remembered by the list itself. Their packages are of the same list. */
  readonly shared: readonly (readonly Finding[])[];
  readonly own: readonly Finding[];
}
