import type { AttestationFacts } from '../../model/index.ts';
import type { Members } from '../envelope/members.ts';

/** A kind of attestation: what it is called, and what can be told from it. A member of the family. */
export interface PredicateKind {
  /** For `--type`, the first as we call it; the others are cosign's. */
  readonly names: readonly string[];
  /** The predicate's type; those that mean the same follow. */
  readonly types: readonly string[];
  readonly summary: string;
  /** What it says, as far as anyone here asks; undefined where it can't be read as its type. Never throws. */
  read(predicate: Members, predicateType: string): AttestationFacts | undefined;
  /** What is wrong with a predicate that a user wants to sign; undefined where nothing is. */
  complaint?(predicate: unknown): string | undefined;
  /** Wraps what a user's file holds, where the predicate is not that alone. */
  wrap?(text: string, value: unknown, now: Date): unknown;
}
