import { createReadStream, statSync } from 'node:fs';
import { blockBytes, checksumIsRight } from '../../../formats/tar/index.ts';
import { CodedError } from '../../../model/index.ts';
import { type Spool, spool } from '../spool.ts';
import type { SourceOptions } from '../source.ts';

export type ArchivePacking = 'gzip' | 'zstd' | 'none';

/**
 * How a whole archive is packed, by its first bytes.
 * @throws CodedError `unsupported-archive` for packings that are known but not read.
 */
export function packingOf(head: Buffer): ArchivePacking {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  const other =
    head.toString('latin1', 0, 6) === '\xfd7zXZ\0'
      ? 'xz'
      : head.toString('latin1', 0, 3) === 'BZh'
        ? 'bzip2'
        : undefined;
  if (other === undefined) return 'none';
  throw new CodedError('unsupported-archive', `archives packed with ${other} are not read`, {
    hint: `Unpack it first: ${other} -dk FILE`,
  });
}

/** How far a packed archive may unpack. */
export interface UnpackLimits {
  /** Plain bytes for each packed one, beyond those that are free. */
  readonly ratio: number;
  readonly freeBytes: number;
  /** In all. */
  readonly plainBytes: number;
}

/** Images seldom pack to a tenth; a gigabyte of temporary file is no harm whatever the ratio. */
const unpackLimits: UnpackLimits = { ratio: 200, freeBytes: 2 ** 30, plainBytes: 64 * 2 ** 30 };

/**
 * Unpacks a whole archive into a temporary file that has no name, since its members can only be sought in plain form.
 * @throws CodedError `bad-archive` where it is damaged, cut short or holds no tar, `too-large` where it unpacks without
 * end.
 */
export async function unpackArchive(
  file: { readonly path: string; readonly label: string; readonly packing: 'gzip' | 'zstd' },
  options: SourceOptions,
  limits = unpackLimits,
): Promise<Spool> {
  const { path, label, packing } = file;
  const zlib = await import('node:zlib');
  const chunkSize = 256 << 10;
  const unpack = packing === 'gzip' ? zlib.createGunzip({ chunkSize }) : zlib.createZstdDecompress({ chunkSize });
  const input = createReadStream(path, { highWaterMark: 1 << 20, signal: options.signal });
  input.on('error', (error) => unpack.destroy(error));
  input.pipe(unpack);
  const packedBytes = statSync(path).size;
  try {
    return await spool(tarOnly(unpack, label), {
      directory: options.cacheDirectory,
      limitBytes: Math.min(limits.plainBytes, Math.max(limits.freeBytes, packedBytes * limits.ratio)),
      hint: `If you trust it, unpack it yourself and scan the plain file: ${packing === 'gzip' ? 'gunzip -k' : 'unzstd'} FILE`,
      what: label,
      signal: options.signal,
      onProgress: options.onProgress,
    });
  } catch (cause) {
    if (cause instanceof CodedError || options.signal.aborted) throw cause;
    throw new CodedError(
      'bad-archive',
      `${label} cannot be unpacked: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  } finally {
    input.destroy();
    unpack.destroy();
  }
}

/** Passes a tar on, and ends at once what begins otherwise: gigabytes of something else need not be kept first. */
async function* tarOnly(chunks: AsyncIterable<Buffer>, label: string): AsyncGenerator<Buffer, void, undefined> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (head.length < blockBytes) continue;
    if (!checksumIsRight(head.subarray(0, blockBytes)))
      throw new CodedError('bad-archive', `${label} is packed, but holds no tar archive`);
    yield head;
    head = undefined;
  }
  // Less than a header: whoever reads it says what is wrong.
  if (head !== undefined && head.length > 0) yield head;
}
