/** UTF-16 by its byte order mark, which is how programs that write it mark it; undefined for anything else. */
export function utf16Order(head: Uint8Array): Utf16Order | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'little';
  return head[0] === 0xfe && head[1] === 0xff ? 'big' : undefined;
}

export type Utf16Order = 'little' | 'big';

/**
 * UTF-8 of a stretch of UTF-16 that begins at a character, without a byte order mark; an odd last byte and halves of
 * characters at the ends become nothing or U+FFFD. `offsetOf` tells where what stood at an even offset stands now.
 */
export function utf16ToUtf8(
  bytes: Uint8Array,
  order: Utf16Order,
): { readonly bytes: Buffer; offsetOf(offsetBytes: number): number } {
  const whole = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  const text = (order === 'big' ? whole.swap16() : whole).toString('utf16le');
  return { bytes: Buffer.from(text), offsetOf: (offsetBytes) => Buffer.byteLength(text.slice(0, offsetBytes >> 1)) };
}

/** Line ends in a stretch of UTF-16: half of such a pair of bytes also stands in other characters (U+010A, U+0A00). */
export function utf16LineEnds(bytes: Uint8Array, order: Utf16Order): number {
  const low = order === 'little' ? 0 : 1;
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1))
    if ((at & 1) === low && bytes[at ^ 1] === 0) count++;
  return count;
}
