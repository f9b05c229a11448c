import type { Refusal } from '../refusal.ts';
import type { Claim } from './claim.ts';
import { claimOfSignatureLayer, claimsOfAttestationLayer } from './cosign-layer.ts';
import { readBundle } from './read-bundle.ts';

/** Something signed as it lies in a registry, not read yet: what is kept to verify it again later. */
export type RawClaim = {
  /** Where it lies, for people. */
  readonly where: string;
  /** The type that it gives itself where it stands in a list; nobody believes that. */
  readonly type?: string;
} & (
  | { readonly form: 'bundle'; readonly bytes: Uint8Array }
  | {
      readonly form: 'signature-layer' | 'attestation-layer';
      readonly bytes: Uint8Array;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly form: 'unreadable'; readonly refusal: Refusal }
);

/** Reads what lay there. What can't be read is a claim with its refusal. */
export function claimsOf(raw: RawClaim): readonly Claim[] {
  switch (raw.form) {
    case 'bundle':
      return [readBundle(raw.bytes, raw.where)];
    case 'signature-layer':
      return [claimOfSignatureLayer(raw.bytes, raw.annotations, raw.where)];
    case 'attestation-layer':
      return claimsOfAttestationLayer(raw.bytes, raw.annotations, raw.where);
    case 'unreadable':
      return [{ where: raw.where, refusal: raw.refusal }];
  }
}
