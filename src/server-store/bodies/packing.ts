import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { CodedError, sha256Digest } from '../../model/index.ts';

const largestBytes = 512 << 20;

/** A body as it is kept: compressed with zstd. */
export function packed(content: Uint8Array): Promise<Buffer> {
  return promisify(zstdCompress)(content);
}

/** What was packed. @throws CodedError `body-unreadable` where that is not what has the digest. */
export async function unpacked(digest: string, stored: Uint8Array, where: string): Promise<Buffer> {
  const content = await promisify(zstdDecompress)(stored, { maxOutputLength: largestBytes }).catch((cause: unknown) => {
    throw new CodedError('body-unreadable', `what ${where} keeps as ${digest} can't be unpacked`, { cause });
  });
  if (sha256Digest(hash('sha256', content, 'hex')) !== digest)
    throw new CodedError('body-unreadable', `what ${where} keeps as ${digest} has another digest: it was altered`);
  return content;
}
