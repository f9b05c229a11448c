import type { Bundle } from '@sigstore/bundle';
import type { Refusal } from '../refusal.ts';

/** Something signed, read but believed by nobody yet. */
export interface SignedClaim {
  /** Where it lies, for people: `bundle sha256:1c1c…`, `tag sha256-….sig, 2nd`. */
  readonly where: string;
  /** In Sigstore's form, whatever form it was found in. */
  readonly bundle: Bundle;
  /** What a message signature is over; absent for envelopes, which hold it. */
  readonly message?: Buffer;
  /** A hash over all of it: the same for the same claim. */
  readonly identity: string;
}

/** Something found that can't even be read. */
export interface UnreadableClaim {
  readonly where: string;
  readonly refusal: Refusal;
}

export type Claim = SignedClaim | UnreadableClaim;

export function isReadable(claim: Claim): claim is SignedClaim {
  return 'bundle' in claim;
}
