import { createHash } from 'node:crypto';
import { CodedError, type Digest } from '../../model/index.ts';

/** The SHA-256 (or SHA-512, where the algorithm says so) of bytes as a digest. */
export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

/**
 * Checks that bytes are the ones that a digest vouches for.
 * @throws CodedError `digest-mismatch`, naming both digests.
 */
export function verifyBytes(bytes: Uint8Array, expected: Digest, what: string): void {
  const actual = digestOf(bytes, algorithmOf(expected));
  if (actual !== expected) throw digestMismatch(what, expected, actual);
}

export function algorithmOf(digest: Digest): 'sha256' | 'sha512' {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

export function digestMismatch(what: string, expected: Digest, actual: Digest): CodedError {
  return new CodedError('digest-mismatch', `${what} should have the digest ${expected} but has ${actual}`, {
    hint: 'The bytes were damaged or changed on the way: fetch or save the image again, and find out who changed it',
  });
}
