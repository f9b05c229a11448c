import { createHash } from 'node:crypto';

/** First and last characters of a secret, four each at most and never more than a fifth of it: `AKIA…3F7Q`. */
export function redacted(secret: string): string {
  const shown = Math.min(4, Math.floor(secret.length / 10));
  const clean = (text: string): string => text.replace(/[^\x21-\x7e]/g, '·');
  return shown === 0 ? '…' : `${clean(secret.slice(0, shown))}…${clean(secret.slice(-shown))}`;
}

/** The first 12 hexadecimal digits of the secret's SHA-256. */
export function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret, 'latin1').digest('hex').slice(0, 12);
}
