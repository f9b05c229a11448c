import type { ByteSource } from '../../model/index.ts';

/** Where the central directory lies, in bytes from the start of the source. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly length: number;
  /** Members that the end record announces; a hint only. */
  readonly announced: number;
  /** What must be added to the offsets that the directory names: the length of data put before the archive. */
  readonly base: number;
}

const endSignature = 0x06054b50;
const endLength = 22;
const locatorSignature = 0x07064b50;
const locatorLength = 20;
const end64Signature = 0x06064b50;
const end64Length = 56;
const directorySignature = 0x02014b50;
const maxCommentLength = 0xffff;

/**
 * Finds the central directory by the end record (APPNOTE §4.3.16) and, where that defers to it, the ZIP64 one (§4.3.14).
 * Searches backwards, as Java does: of several records the last that fits the file wins, so that an archive hidden in a
 * comment reads here as the JVM reads it. Undefined where there is none.
 */
export function findDirectory(source: ByteSource): DirectoryPlace | undefined {
  const tailLength = Math.min(source.sizeBytes, endLength + maxCommentLength + locatorLength + end64Length);
  if (tailLength < endLength) return undefined;
  const tailOffset = source.sizeBytes - tailLength;
  // A copy: judging a candidate reads elsewhere, and the source may overwrite what it gave.
  const tail = Buffer.from(source.read(tailOffset, tailLength));
  if (tail.length < endLength) return undefined;
  for (let at = tail.length - endLength; at >= 0; at--) {
    at = tail.lastIndexOf('PK\u0005\u0006', at, 'latin1');
    if (at < 0) return undefined;
    if (tail.readUInt32LE(at) !== endSignature) continue;
    const place = placeFromEnd(source, tail, tailOffset, at);
    if (place !== undefined) return place;
  }
  return undefined;
}

function placeFromEnd(source: ByteSource, tail: Buffer, tailOffset: number, at: number): DirectoryPlace | undefined {
  const announced = tail.readUInt16LE(at + 10);
  const length = tail.readUInt32LE(at + 12);
  const offset = tail.readUInt32LE(at + 16);
  if (announced === 0xffff || length === 0xffffffff || offset === 0xffffffff) {
    const place = placeFromEnd64(source, tail, tailOffset, at);
    if (place !== undefined) return place;
  }
  const endsFile = at + endLength + tail.readUInt16LE(at + 20) === tail.length;
  return settle(source, { endOffset: tailOffset + at, offset, length, announced, trusted: endsFile });
}

function placeFromEnd64(source: ByteSource, tail: Buffer, tailOffset: number, at: number): DirectoryPlace | undefined {
  const locator = at - locatorLength;
  if (locator < 0 || tail.readUInt32LE(locator) !== locatorSignature) return undefined;
  const named = Number(tail.readBigUInt64LE(locator + 8));
  // Data before the archive shifts the named offset; the record then usually lies right before its locator.
  for (const endOffset of [named, tailOffset + locator - end64Length]) {
    if (endOffset < 0 || endOffset + end64Length > source.sizeBytes) continue;
    const record = Buffer.from(source.read(endOffset, end64Length));
    if (record.length < end64Length || record.readUInt32LE(0) !== end64Signature) continue;
    const announced = Number(record.readBigUInt64LE(32));
    const length = Number(record.readBigUInt64LE(40));
    const offset = Number(record.readBigUInt64LE(48));
    return settle(source, { endOffset, offset, length, announced, trusted: true });
  }
  return undefined;
}

interface Claimed {
  readonly endOffset: number;
  readonly offset: number;
  readonly length: number;
  readonly announced: number;
  /** The end record fits the file, so an empty directory is believed. */
  readonly trusted: boolean;
}

/** The directory should end where the end record starts; where it does not, its named offset is tried as it is. */
function settle(source: ByteSource, claimed: Claimed): DirectoryPlace | undefined {
  const { endOffset, length, announced } = claimed;
  if (length === 0) return claimed.trusted ? { offset: endOffset, length: 0, announced, base: 0 } : undefined;
  const measured = endOffset - length;
  if (measured >= 0 && startsDirectory(source, measured)) {
    return { offset: measured, length, announced, base: Math.max(0, measured - claimed.offset) };
  }
  if (claimed.offset < endOffset && startsDirectory(source, claimed.offset)) {
    return { offset: claimed.offset, length: Math.min(length, endOffset - claimed.offset), announced, base: 0 };
  }
  return undefined;
}

function startsDirectory(source: ByteSource, offset: number): boolean {
  const bytes = source.read(offset, 4);
  return (
    bytes.length === 4 && (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) === directorySignature
  );
}
