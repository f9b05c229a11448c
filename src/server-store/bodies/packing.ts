import { createHash, hash } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createZstdDecompress, zstdCompress, zstdDecompress } from 'node:zlib';
import { CodedError, sha256Digest } from '../../model/index.ts';

const largestBytes = 512 << 20;

/** A body as it is kept: compressed with zstd. */
export function packed(content: Uint8Array): Promise<Buffer> {
  return promisify(zstdCompress)(content);
}

/**
 * Looks whether that unpacks to what has the digest, piece by piece: what it unpacks to is never held whole.
 * @throws CodedError `body-unreadable`
 */
export async function checkPacked(digest: string, stored: Uint8Array, where: string): Promise<void> {
  const sum = createHash('sha256');
  let bytes = 0;
  const into = new Writable({
    write(part: Buffer, _, done) {
      bytes += part.length;
      sum.update(part);
      done(bytes > largestBytes ? new Error(`it unpacks to more than ${largestBytes} bytes`) : undefined);
    },
  });
  await pipeline(Readable.from([stored], { objectMode: true }), createZstdDecompress(), into).catch(
    (cause: unknown) => {
      throw new CodedError('body-unreadable', `what ${where} keeps as ${digest} can't be unpacked`, { cause });
    },
  );
  if (sha256Digest(sum.digest('hex')) !== digest) throw altered(digest, where);
}

/** What was packed. @throws CodedError `body-unreadable` where that is not what has the digest. */
export async function unpacked(digest: string, stored: Uint8Array, where: string): Promise<Buffer> {
  // Records come to some twenty times of what is stored: in pieces of Node's usual size they take three times as long.
  const chunkSize = Math.min(Math.max(stored.length * 20, 64 << 10), 8 << 20);
  const options = { maxOutputLength: largestBytes, chunkSize };
  const content = await promisify(zstdDecompress)(stored, options).catch((cause: unknown) => {
    throw new CodedError('body-unreadable', `what ${where} keeps as ${digest} can't be unpacked`, { cause });
  });
  if (sha256Digest(hash('sha256', content, 'hex')) !== digest) throw altered(digest, where);
  return content;
}

function altered(digest: string, where: string): CodedError {
  return new CodedError('body-unreadable', `what ${where} keeps as ${digest} has another digest: it was altered`);
}
