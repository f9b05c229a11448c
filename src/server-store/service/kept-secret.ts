import { hash, randomBytes } from 'node:crypto';

/** A secret of 256 bits, for an address, a cookie or a header. */
export function newSecret(prefix = ''): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** What of a secret is kept: with 256 bits of chance in it, one round of SHA-256 tells nothing of it. */
export function digestOf(secret: string): Buffer {
  return Buffer.from(hash('sha256', secret, 'hex'), 'hex');
}
