import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import zlib from 'node:zlib';
import { type Digest, sha256Digest } from '../../model/index.ts';
import type { FileRange } from '../sources/file-tree.ts';

/** What the bytes of a file became. */
export interface PackedFile {
  /** Of the plain bytes. */
  readonly diffId: Digest;
  /** Of the packed ones. */
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** No name, no time, no system in it (RFC 1952 § 2.3): the same bytes come out wherever zlib is the same. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
const level = 6;

/** What packs: provenance names it, since another version may pack the same bytes differently. */
export const packedBy = `gzip level ${level}, zlib ${process.versions.zlib} ${process.arch}`;

/** Packs a range of a file into another file, as gzip. */
export async function packFile(from: FileRange, to: string, signal: AbortSignal): Promise<PackedFile> {
  const plainSum = createHash('sha256');
  const packedSum = createHash('sha256');
  const file = openSync(to, 'wx');
  let sizeBytes = 0;
  const write = (bytes: Buffer): void => {
    packedSum.update(bytes);
    sizeBytes += bytes.length;
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
  };
  try {
    let crc = 0;
    let plainBytes = 0;
    write(gzipHeader);
    const deflate = zlib.createDeflateRaw({ level, chunkSize: 1 << 18 });
    const source = plainChunks(from, signal);
    const feed = (async () => {
      for await (const chunk of source) {
        plainSum.update(chunk);
        crc = zlib.crc32(chunk, crc);
        plainBytes += chunk.length;
        if (!deflate.write(chunk)) await new Promise<void>((resolve) => deflate.once('drain', resolve));
      }
      deflate.end();
    })();
    feed.catch((error: Error) => deflate.destroy(error));
    for await (const packed of deflate) write(packed as Buffer);
    await feed;
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc, 0);
    trailer.writeUInt32LE(plainBytes % 2 ** 32, 4);
    write(trailer);
  } finally {
    closeSync(file);
  }
  return { diffId: sha256Digest(plainSum.digest('hex')), digest: sha256Digest(packedSum.digest('hex')), sizeBytes };
}

async function* plainChunks({ path, offsetBytes, sizeBytes }: FileRange, signal: AbortSignal): AsyncGenerator<Buffer> {
  if (sizeBytes === 0) return;
  const stream = createReadStream(path, {
    start: offsetBytes,
    end: offsetBytes + sizeBytes - 1,
    highWaterMark: 1 << 18,
  });
  for await (const chunk of stream) {
    signal.throwIfAborted();
    yield chunk as Buffer;
  }
}
