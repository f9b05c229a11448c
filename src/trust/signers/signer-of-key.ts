import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { digestFor, publicKeyOf } from '../keys/public-key.ts';
import type { Signer } from './signer.ts';

/** Signs with a private key that is at hand. */
export function signerOfKey(key: KeyObject, what: string): Signer {
  return {
    publicKey: publicKeyOf(createPublicKey(key), what),
    sign: (message) => Promise.resolve(sign(digestFor(key), message, key)),
  };
}
