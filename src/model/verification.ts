import type { Digest } from './digest.ts';
import type { TrustEvidence } from './trust-evidence.ts';
import type { VerdictResult } from './verdict.ts';

/** The steps of a verification, in order: each rests on those before. */
export type StepName = 'signature' | 'identity' | 'subject' | 'provenance' | 'verdict';

/** One step: what was asked, and what the answer is. */
export interface VerificationStep {
  readonly step: StepName;
  /** `not-asked`: nobody demanded it, or a step before it failed. */
  readonly result: VerdictResult | 'not-asked';
  /** Why not, where the result is `fail` or `cannot-tell` (docs/howto/sign-and-verify.md). */
  readonly code?: string;
  readonly what: string;
  readonly mend?: string;
}

/** What came of verifying an image. */
export interface Verification {
  readonly image: string;
  /** Absent where a name was asked for of which nothing is known. */
  readonly digest?: Digest;
  readonly repository: string;
  readonly result: VerdictResult;
  readonly steps: readonly VerificationStep[];
  readonly evidence: TrustEvidence;
}
