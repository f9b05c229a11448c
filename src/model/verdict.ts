import type { Place } from './finding.ts';
import type { Severity } from './severity.ts';

/** The three words a verdict can be. */
export type VerdictResult = 'pass' | 'fail' | 'cannot-tell';

/** A policy's judgement of one record in one scope. Everything in it follows from the inputs that it names. */
export interface Verdict {
  readonly result: VerdictResult;
  readonly imageDigest: string;
  /** The digest is over the policy's demands and its waivers, those of files beside it included. */
  readonly policy: { readonly name: string; readonly digest: string };
  readonly scope: string;
  /** Digest of the advisory database, where there was one. */
  readonly databaseDigest?: string;
  /** Digest of the VEX statements that speak of findings of the image, whatever their order; absent where none does. */
  readonly vexDigest?: string;
  /** Digest of what vouches for the image, as it was verified; absent where nobody looked. */
  readonly evidenceDigest?: string;
  readonly engine: string;
  /** Every rule that was asked, in the policy's order. */
  readonly rules: readonly RuleOutcome[];
  /** What made it fail, gravest first. */
  readonly violations: readonly Violation[];
  /** What the policy only warns of. */
  readonly warnings: readonly Violation[];
  /** Why it can't be told, where it can't. */
  readonly doubts: readonly Doubt[];
  readonly waived: readonly Waived[];
  /** Waivers of the policy that no longer do anything, and why. */
  readonly endedWaivers: readonly { readonly id: string; readonly why: string }[];
}

export interface RuleOutcome {
  readonly rule: string;
  readonly result: VerdictResult;
  /** What a violation of it does in this scope; a rule that only warns has the result `pass`, whatever its count. */
  readonly effect?: 'fail' | 'warn';
  /** Violations, doubts included. */
  readonly count: number;
}

export interface Violation {
  /** Stable: hash of the rule and the finding or subject. */
  readonly id: string;
  readonly rule: string;
  readonly findingId?: string;
  /** The finding's severity, or the rule's own where there is no finding. */
  readonly severity?: Severity;
  /** What was found, one line. */
  readonly what: string;
  /** Why the rule objects, one line. */
  readonly why: string;
  /** Whose it is: `image` for what neither layer group brought (labels, user). */
  readonly owner: 'base' | 'app' | 'image';
  /** The cheapest way out, as a command or sentence. */
  readonly mend?: string;
  readonly place?: Place;
  /** The exact YAML of a waiver to ask for. */
  readonly waiver: string;
}

export interface Doubt {
  readonly rule: string;
  /** Whether it keeps the verdict from passing, or is only worth saying in this scope. Absent: it does. */
  readonly stops?: boolean;
  /** What is unknown. */
  readonly what: string;
  /** How to make it known. */
  readonly mend?: string;
}

export interface Waived {
  readonly violation: Violation;
  readonly waiver: { readonly id: string; readonly owner: string; readonly reason: string; readonly expires?: string };
}
