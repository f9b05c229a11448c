import type { PredicateKind } from './predicate.ts';

/** Anything: the file's text as cosign wraps it. */
export const custom: PredicateKind = {
  names: ['custom'],
  types: ['https://cosign.sigstore.dev/attestation/v1'],
  summary: 'anything else; or give the predicate’s type as a URI',
  read: () => ({ kind: 'other' }),
  wrap: (text, _value, now) => ({ Data: text, Timestamp: now.toISOString() }),
};
