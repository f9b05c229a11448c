import type { ByteSource } from '../../model/index.ts';
import type { DirectoryPlace } from './end-record.ts';
import type { ZipLimits } from './zip-limits.ts';
import type { ZipProblems } from './zip-problems.ts';

/** A member as the central directory has it (APPNOTE §4.3.12). Sizes are what it says, not what is. */
export interface ZipEntry {
  /** As in the archive: may be absolute, hold `..`, or end in `/` for a directory. */
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  /** Where its local header lies in the source. */
  readonly headerOffset: number;
  readonly nameBytes: number;
}

const headerLength = 46;
const signature = 0x02014b50;
/** Holds the longest header there can be: three fields of 65,535 bytes each. */
const windowBytes = 256 * 1024;
const maxHeaderBytes = headerLength + 3 * 0xffff;

/** Walks the directory through a window of 256 KiB, whatever its size. Stops, with a problem, where it makes no sense. */
export function* walkDirectory(
  source: ByteSource,
  place: DirectoryPlace,
  limits: ZipLimits,
  problems: ZipProblems,
): Generator<ZipEntry> {
  const end = place.offset + place.length;
  let window = Buffer.alloc(0);
  let windowOffset = place.offset;
  let at = 0;
  let compressedBytes = 0;
  for (let count = 0; windowOffset + at < end; count++) {
    if (window.length - at < maxHeaderBytes && windowOffset + window.length < end) {
      windowOffset += at;
      // A copy: whoever takes an entry reads from the source between two steps of this walk.
      window = Buffer.from(source.read(windowOffset, Math.min(windowBytes, end - windowOffset)));
      at = 0;
    }
    const length = headerLengthAt(window, at);
    if (length === undefined) {
      problems.add('zip-bad-directory', `its directory is damaged after ${count} members`);
      return;
    }
    if (count >= limits.maxEntries) {
      problems.add('zip-too-many-entries', `it has more than ${limits.maxEntries} members`);
      return;
    }
    const entry = entryAt(window, at, place.base);
    compressedBytes += entry.compressedBytes;
    if (compressedBytes > source.sizeBytes) {
      problems.add('zip-overlapping-entries', 'its members together are larger than the archive: they overlap or lie');
      compressedBytes = Number.NEGATIVE_INFINITY;
    }
    yield entry;
    at += length;
  }
}

function headerLengthAt(window: Buffer, at: number): number | undefined {
  if (window.length - at < headerLength || window.readUInt32LE(at) !== signature) return undefined;
  const length =
    headerLength + window.readUInt16LE(at + 28) + window.readUInt16LE(at + 30) + window.readUInt16LE(at + 32);
  return window.length - at < length ? undefined : length;
}

function entryAt(window: Buffer, at: number, base: number): ZipEntry {
  const nameBytes = window.readUInt16LE(at + 28);
  const sizes = {
    sizeBytes: window.readUInt32LE(at + 24),
    compressedBytes: window.readUInt32LE(at + 20),
    headerOffset: window.readUInt32LE(at + 42),
  };
  if (sizes.sizeBytes === 0xffffffff || sizes.compressedBytes === 0xffffffff || sizes.headerOffset === 0xffffffff) {
    widen(sizes, window, at + headerLength + nameBytes, window.readUInt16LE(at + 30));
  }
  return {
    name: window.toString('utf8', at + headerLength, at + headerLength + nameBytes),
    method: window.readUInt16LE(at + 10),
    flags: window.readUInt16LE(at + 8),
    crc32: window.readUInt32LE(at + 16),
    compressedBytes: sizes.compressedBytes,
    sizeBytes: sizes.sizeBytes,
    headerOffset: sizes.headerOffset + base,
    nameBytes,
  };
}

/** Takes the sizes that did not fit from the ZIP64 extra field (APPNOTE §4.5.3): only those, in this order. */
function widen(
  sizes: { sizeBytes: number; compressedBytes: number; headerOffset: number },
  window: Buffer,
  extraStart: number,
  extraLength: number,
): void {
  const extraEnd = extraStart + extraLength;
  for (let at = extraStart; at + 4 <= extraEnd;) {
    const id = window.readUInt16LE(at);
    const fieldEnd = at + 4 + window.readUInt16LE(at + 2);
    if (fieldEnd > extraEnd) return;
    if (id === 1) {
      let field = at + 4;
      for (const key of ['sizeBytes', 'compressedBytes', 'headerOffset'] as const) {
        if (sizes[key] !== 0xffffffff || field + 8 > fieldEnd) continue;
        sizes[key] = Number(window.readBigUInt64LE(field));
        field += 8;
      }
      return;
    }
    at = fieldEnd;
  }
}
