import { createReadStream, statSync } from 'node:fs';
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

/** Packed bytes may stand for this many plain ones each, beyond the first 4 GiB; and 64 GiB in all. */
const ratioLimit = 200;
const freeBytes = 4 * 2 ** 30;
const plainLimitBytes = 64 * 2 ** 30;

/**
 * Unpacks a whole archive into a temporary file that has no name, since its members can only be sought in plain form.
 * @throws CodedError `bad-archive` where it is damaged or cut short, `too-large` where it unpacks without end.
 */
export async function unpackArchive(
  path: string,
  packing: 'gzip' | 'zstd',
  label: string,
  options: SourceOptions,
): Promise<Spool> {
  const zlib = await import('node:zlib');
  const chunkSize = 256 << 10;
  const unpack = packing === 'gzip' ? zlib.createGunzip({ chunkSize }) : zlib.createZstdDecompress({ chunkSize });
  const input = createReadStream(path, { highWaterMark: 1 << 20, signal: options.signal });
  input.on('error', (error) => unpack.destroy(error));
  input.pipe(unpack);
  const limitBytes = Math.min(plainLimitBytes, Math.max(freeBytes, statSync(path).size * ratioLimit));
  try {
    return await spool(unpack, {
      directory: options.cacheDirectory,
      limitBytes,
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
