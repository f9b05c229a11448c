/**
 * Numbers from bytes in either byte order. Offsets beyond the end read as zeros, so that a cut file gives numbers and
 * never an exception; callers check lengths where it matters.
 */

export function readU16(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const a = bytes[at] ?? 0;
  const b = bytes[at + 1] ?? 0;
  return bigEndian ? (a << 8) | b : (b << 8) | a;
}

export function readU32(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const a = bytes[at] ?? 0;
  const b = bytes[at + 1] ?? 0;
  const c = bytes[at + 2] ?? 0;
  const d = bytes[at + 3] ?? 0;
  return (bigEndian ? (a << 24) | (b << 16) | (c << 8) | d : (d << 24) | (c << 16) | (b << 8) | a) >>> 0;
}

/** Exact up to 2^53; above that rounded, which no offset inside a real file reaches. */
export function readU64(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const first = readU32(bytes, at, bigEndian);
  const second = readU32(bytes, at + 4, bigEndian);
  return bigEndian ? first * 0x1_0000_0000 + second : second * 0x1_0000_0000 + first;
}

/** An address or offset in the word size of the file. */
export function readWord(bytes: Uint8Array, at: number, order: { is64: boolean; bigEndian: boolean }): number {
  return order.is64 ? readU64(bytes, at, order.bigEndian) : readU32(bytes, at, order.bigEndian);
}

/** Bytes as text: UTF-8, what is not UTF-8 as U+FFFD. `end` may lie beyond the bytes. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  const stop = Math.min(end, bytes.length);
  if (start >= stop) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start).toString('utf8');
}

/** A NUL-terminated text; the rest of the bytes where there is no NUL. */
export function readCString(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start);
  return readText(bytes, start, end < 0 ? bytes.length : end);
}
