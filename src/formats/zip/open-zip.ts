import { crc32, inflateRawSync } from 'node:zlib';
import type { ByteSource } from '../../model/index.ts';
import { walkDirectory } from './directory.ts';
import type { ZipEntry } from './directory.ts';
import { findDirectory } from './end-record.ts';
import { defaultZipLimits, ratioFloorBytes } from './zip-limits.ts';
import type { ZipLimits } from './zip-limits.ts';
import { ZipProblems } from './zip-problems.ts';
import type { ZipProblem } from './zip-problems.ts';

/** An opened archive. */
export interface ZipArchive {
  /** The members in the directory's order, read as they are asked for; can be walked again. Duplicates are all given. */
  readonly entries: Iterable<ZipEntry>;
  /** What has come to light so far: one of a kind, with how many more there were. */
  readonly problems: readonly ZipProblem[];
  /**
   * A member's bytes, in memory of their own. Bytes that disagree with the announced size or checksum are given all the
   * same, with a problem in `problems`: the JVM and others run them as they are. `maxBytes` lowers the limit for this one.
   */
  read(entry: ZipEntry, maxBytes?: number): Uint8Array | ZipProblem;
  /** A stored (uncompressed) member as a part of the source, without a copy; undefined where it is not stored so. */
  storedSource(entry: ZipEntry): ByteSource | undefined;
}

const localHeaderLength = 30;
const localSignature = 0x04034b50;
/** Room for the local extra field in the first read; a longer one costs a second. */
const extraGuess = 64;
const maxDeflateRatio = 1032;
const maxChunkBytes = 64 * 1024 * 1024;

/**
 * Opens a ZIP archive over a source. Data before it (a launch script, a JMOD header) and a comment behind it are allowed.
 * Limits that are not given are the defaults. Anything that is not an archive has no entries and one problem.
 */
export function openZip(source: ByteSource, limits: Partial<ZipLimits> = {}): ZipArchive {
  const bounds = { ...defaultZipLimits, ...limits };
  const problems = new ZipProblems();
  const place = findDirectory(source);
  if (place === undefined) problems.add('zip-not-an-archive', 'it has no directory of a ZIP archive');
  else if (place.base > 0 && startsWithMember(source)) {
    // Offsets that do not count what stands before are fine for a script, not for what looks like an archive: a truncated
    // one whose last stored member is an archive reads as that member.
    problems.add(
      'zip-ambiguous',
      'another archive begins before this one: it is cut off or was put together from several',
    );
  }
  const reader = new EntryReader(source, bounds, problems);
  return {
    entries: {
      [Symbol.iterator]: () =>
        place === undefined ? [][Symbol.iterator]() : walkDirectory(source, place, bounds, problems),
    },
    get problems() {
      return problems.list();
    },
    read: (entry, maxBytes) => reader.read(entry, maxBytes),
    storedSource: (entry) => reader.storedSource(entry),
  };
}

class EntryReader {
  private givenBytes = 0;
  private readonly source: ByteSource;
  private readonly limits: ZipLimits;
  private readonly problems: ZipProblems;

  constructor(source: ByteSource, limits: ZipLimits, problems: ZipProblems) {
    this.source = source;
    this.limits = limits;
    this.problems = problems;
  }

  read(entry: ZipEntry, maxBytes = this.limits.maxEntryBytes): Uint8Array | ZipProblem {
    const maxEntryBytes = Math.min(maxBytes, this.limits.maxEntryBytes);
    const refusal = this.refusal(entry, maxEntryBytes);
    if (refusal !== undefined) return refusal;
    const packed = this.packedBytes(entry);
    if (packed === undefined)
      return this.problems.add('zip-bad-entry', `${entry.name} does not lie where its directory says`);
    const bytes = entry.method === 0 ? new Uint8Array(packed) : this.inflate(entry, packed, maxEntryBytes);
    if (!(bytes instanceof Uint8Array)) return bytes;
    this.givenBytes += bytes.length;
    if (bytes.length !== entry.sizeBytes) {
      this.problems.add(
        'zip-wrong-size',
        `${entry.name} is ${bytes.length} bytes, not ${entry.sizeBytes} as announced`,
      );
    }
    if (crc32(bytes) !== entry.crc32)
      this.problems.add('zip-wrong-checksum', `${entry.name} does not match its checksum`);
    return bytes;
  }

  storedSource(entry: ZipEntry): ByteSource | undefined {
    if (entry.method !== 0 || (entry.flags & 1) !== 0 || entry.compressedBytes !== entry.sizeBytes) return undefined;
    const start = this.dataOffset(entry);
    if (start === undefined || start + entry.sizeBytes > this.source.sizeBytes) return undefined;
    const { source } = this;
    return {
      sizeBytes: entry.sizeBytes,
      read: (offset, length) => source.read(start + offset, Math.max(0, Math.min(length, entry.sizeBytes - offset))),
    };
  }

  /** Why a member is not even tried. */
  private refusal(entry: ZipEntry, maxEntryBytes: number): ZipProblem | undefined {
    const { name, sizeBytes, compressedBytes } = entry;
    if ((entry.flags & 1) !== 0) return this.problems.add('zip-encrypted', `${name} is encrypted`);
    if (entry.method !== 0 && entry.method !== 8)
      return this.problems.add(
        'zip-unsupported-method',
        `${name} is compressed by method ${entry.method}, which is not supported`,
      );
    if (sizeBytes > maxEntryBytes || compressedBytes > maxEntryBytes)
      return this.problems.add('zip-entry-too-large', `${name} is larger than ${maxEntryBytes} bytes`);
    if (this.givenBytes + sizeBytes > this.limits.maxTotalBytes)
      return this.problems.add('zip-bomb', `its members inflate to more than ${this.limits.maxTotalBytes} bytes`);
    if (sizeBytes > ratioFloorBytes && sizeBytes > compressedBytes * this.limits.maxRatio)
      return this.problems.add('zip-bomb', `${name} inflates more than ${this.limits.maxRatio} times`);
    return undefined;
  }

  /** The member's bytes as they lie; undefined where they do not lie in the source. May be overwritten by the next read. */
  private packedBytes(entry: ZipEntry): Uint8Array | undefined {
    const guess = localHeaderLength + entry.nameBytes + extraGuess;
    if (!(entry.headerOffset + localHeaderLength + entry.compressedBytes <= this.source.sizeBytes)) return undefined;
    const bytes = this.source.read(entry.headerOffset, guess + entry.compressedBytes);
    const start = localDataStart(bytes);
    if (start === undefined) return undefined;
    const end = start + entry.compressedBytes;
    if (end <= bytes.length) return bytes.subarray(start, end);
    const packed = this.source.read(entry.headerOffset + start, entry.compressedBytes);
    return packed.length === entry.compressedBytes ? packed : undefined;
  }

  private dataOffset(entry: ZipEntry): number | undefined {
    if (!(entry.headerOffset + localHeaderLength <= this.source.sizeBytes)) return undefined;
    const start = localDataStart(this.source.read(entry.headerOffset, localHeaderLength));
    return start === undefined ? undefined : entry.headerOffset + start;
  }

  private inflate(entry: ZipEntry, packed: Uint8Array, maxEntryBytes: number): Uint8Array | ZipProblem {
    const { maxTotalBytes, maxRatio } = this.limits;
    const byRatio = Math.max(ratioFloorBytes, packed.length * maxRatio);
    const maxOutputLength = Math.max(1, Math.min(maxEntryBytes, maxTotalBytes - this.givenBytes, byRatio));
    try {
      // One chunk of the announced size spares zlib a list of pieces and a copy; a lie only costs a second chunk.
      const plausible = Math.min(entry.sizeBytes, packed.length * maxDeflateRatio, maxOutputLength, maxChunkBytes);
      const chunkSize = Math.max(64, plausible + 1);
      return inflateRawSync(packed, { maxOutputLength, chunkSize });
    } catch (error) {
      if (isTooLarge(error))
        return this.problems.add('zip-bomb', `${entry.name} inflates to more than announced and allowed`);
      return this.problems.add('zip-bad-entry', `${entry.name} can't be inflated`);
    }
  }
}

/** Where data start after a local header (APPNOTE §4.3.7), whose name and extra lengths may differ from the directory's. */
function localDataStart(bytes: Uint8Array): number | undefined {
  if (bytes.length < localHeaderLength) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== localSignature) return undefined;
  return localHeaderLength + view.getUint16(26, true) + view.getUint16(28, true);
}

function startsWithMember(source: ByteSource): boolean {
  return localDataStart(source.read(0, localHeaderLength)) !== undefined;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
