import { hash } from 'node:crypto';

/** Hash of a leaf (RFC 6962 § 2.1): SHA-256 over a zero byte and the leaf. Text counts as UTF-8. */
export function leafHash(leaf: string | Uint8Array): Buffer {
  return hash('sha256', typeof leaf === 'string' ? `\0${leaf}` : Buffer.concat([Buffer.of(0), leaf]), 'buffer');
}

/** Hash of an inner node (RFC 6962 § 2.1): SHA-256 over a byte of one and both children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(65);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 33);
  return hash('sha256', bytes, 'buffer');
}

/** Root of a tree without leaves. */
export function emptyRoot(): Buffer {
  return hash('sha256', '', 'buffer');
}

/** Root of the tree whose largest whole subtrees, from the left, have these hashes. */
export function rootOfPeaks(peaks: readonly Uint8Array[]): Buffer {
  const last = peaks.at(-1);
  if (last === undefined) return emptyRoot();
  return Buffer.from(peaks.slice(0, -1).reduceRight((root, peak) => nodeHash(peak, root), last));
}
