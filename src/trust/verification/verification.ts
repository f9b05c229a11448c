import type { Digest, TrustEvidence, VerdictResult } from '../../model/index.ts';
import type { RefusalCode } from '../refusal.ts';

/** The steps of a verification, in order: each rests on those before. */
export const stepNames = ['signature', 'identity', 'subject', 'provenance', 'verdict'] as const;
export type StepName = (typeof stepNames)[number];

/** One step: what was asked, and what the answer is. */
export interface VerificationStep {
  readonly step: StepName;
  /** `not-asked`: nobody demanded it, or a step before it failed. */
  readonly result: VerdictResult | 'not-asked';
  /** Why not, where the result is `fail` or `cannot-tell`. */
  readonly code?: RefusalCode;
  readonly what: string;
  readonly mend?: string;
}

/** What came of verifying an image. */
export interface Verification {
  readonly image: string;
  readonly digest: Digest;
  readonly repository: string;
  readonly result: VerdictResult;
  readonly steps: readonly VerificationStep[];
  readonly evidence: TrustEvidence;
}
