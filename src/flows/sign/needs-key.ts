import { CodedError } from '../../model/index.ts';

/** Ends a signing that has nothing to sign with. */
export function needsKey(): never {
  throw new CodedError('no-key', 'there is nothing to sign with', {
    kind: 'usage',
    hint: '--key FILE (plimsoll trust keygen makes one), or --identity-token with a log-in that Sigstore knows',
  });
}
