/*
 * The codes of deflate (RFC 1951 § 3.2.2) as tables that are looked up by the next bits of the input. AssemblyScript, a part of
 * inflate.as.ts.
 */

/** Bits that the first look-up takes; longer codes go on in a table of their own behind it. */
export const symbolBits: u32 = 11;
export const distanceBits: u32 = 8;
export const orderBits: u32 = 7;
export const symbolMask: u32 = (1 << symbolBits) - 1;
export const distanceMask: u32 = (1 << distanceBits) - 1;

// Where things lie in memory. Static data lie below.
const lengthBasesAt: usize = 1088;
const distanceBasesAt: usize = 1216;
/** Lengths of the codes of up to 286 symbols and 30 distances. */
export const codeLengthsAt: usize = 1408;
export const orderLengthsAt: usize = 1760;
const countsAt: usize = 1792;
const offsetsAt: usize = 1856;
const sortedAt: usize = 1920;
/** 128 entries. */
export const orderTableAt: usize = 2560;
/** 402 entries at most, by zlib's reckoning (`enough`) for 30 symbols, 8 and 15 bits. */
export const distanceTableAt: usize = 3072;
/** 2,342 at most, for 288 symbols, 11 and 15 bits. */
export const symbolTableAt: usize = 4736;
/*
 * An entry of a table: bits 0-7 how many bits it takes, extra ones included; 8-11 how many of them are the code; 16 and up
 * the literal, the base of the length or distance, or where the further table begins.
 */
export const literal: u32 = 0x80000000;
/** Neither a literal nor a length: the end of a block, unless one of the next two is set. */
export const special: u32 = 0x8000;
/** Bits 8-11 are how many bits the further table takes. */
export const further: u32 = 0x4000;
export const invalid: u32 = 0x2000;

/** Kinds of codes. */
export const order: u32 = 0;
export const symbols: u32 = 1;
export const distances: u32 = 2;

/** Bases and extra bits of lengths and distances, RFC 1951 § 3.2.5. */
export function setUpBases(): void {
  let base: u32 = 3;
  for (let i: u32 = 0; i < 28; i++) {
    const extra: u32 = i < 8 ? 0 : (i >> 2) - 1;
    store<u32>(lengthBasesAt + (i << 2), (base << 16) | extra);
    base += 1 << extra;
  }
  store<u32>(lengthBasesAt + (28 << 2), 258 << 16);
  base = 1;
  for (let i: u32 = 0; i < 30; i++) {
    const extra: u32 = i < 4 ? 0 : (i >> 1) - 1;
    store<u32>(distanceBasesAt + (i << 2), (base << 16) | extra);
    base += 1 << extra;
  }
}

/** An entry but for the length of its code. */
function entryOf(kind: u32, symbol: u32): u32 {
  if (kind === order) return symbol << 16;
  if (kind === distances) return symbol > 29 ? special | invalid : load<u32>(distanceBasesAt + (symbol << 2));
  if (symbol < 256) return literal | (symbol << 16);
  if (symbol === 256) return special;
  return symbol > 285 ? special | invalid : load<u32>(lengthBasesAt + ((symbol - 257) << 2));
}

/** Makes the table of a code from the lengths of its symbols' codes, § 3.2.2; false where they are none. */
export function build(table: usize, tableBits: u32, kind: u32, lengths: usize, count: u32): bool {
  memory.fill(countsAt, 0, 64);
  for (let i: u32 = 0; i < count; i++) {
    const at = countsAt + ((<u32>load<u8>(lengths + i)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let used: u32 = 0;
  let start: u32 = 0;
  let longest: u32 = 1;
  for (let length: u32 = 1; length <= 15; length++) {
    const many = load<u32>(countsAt + (length << 2));
    used = used * 2 + many;
    store<u32>(offsetsAt + (length << 2), start);
    start += many;
    if (many > 0) longest = length;
  }
  for (let i: u32 = 0; i < count; i++) {
    const length = <u32>load<u8>(lengths + i);
    if (length === 0) continue;
    const at = offsetsAt + (length << 2);
    const place = load<u32>(at);
    store<u32>(at, place + 1);
    store<u16>(sortedAt + (place << 1), <u16>i);
  }
  if (used > 32768) return false;
  const size: u32 = 1 << tableBits;
  if (used < 32768) {
    // As zlib has it: one code of one bit, and for distances none at all, are the only ones that may leave bits unused.
    if (kind === order || start > 1 || (start === 1 ? used !== 16384 : kind !== distances)) return false;
    for (let i: u32 = 0; i < size; i++) store<u32>(table + (i << 2), special | invalid | 1);
    if (start === 0) return true;
    const only = (entryOf(kind, load<u16>(sortedAt)) + 1) | (1 << 8);
    for (let i: u32 = 0; i < size; i += 2) store<u32>(table + (i << 2), only);
    return true;
  }
  let code: u32 = 0;
  let sorted = sortedAt;
  let next: u32 = size;
  let prefix: u32 = 0xffffffff;
  let furtherStart: u32 = 0;
  let furtherBits: u32 = 0;
  for (let length: u32 = 1; length <= longest; length++, code <<= 1) {
    for (let left = load<u32>(countsAt + (length << 2)); left > 0; left--, code++, sorted += 2) {
      const reversed = reverse(code, length);
      const entry = entryOf(kind, load<u16>(sorted));
      if (length <= tableBits) {
        const whole = (entry + length) | (length << 8);
        for (let i = reversed; i < size; i += 1 << length) store<u32>(table + (i << 2), whole);
        continue;
      }
      const head = reversed & (size - 1);
      if (head !== prefix) {
        prefix = head;
        furtherStart = next;
        furtherBits = length - tableBits;
        let room = left;
        while (room < (<u32>1) << furtherBits && furtherBits + tableBits < longest) {
          furtherBits++;
          room = (room << 1) + load<u32>(countsAt + ((furtherBits + tableBits) << 2));
        }
        next += 1 << furtherBits;
        store<u32>(table + (head << 2), special | further | (furtherStart << 16) | (furtherBits << 8) | tableBits);
      }
      const rest = length - tableBits;
      const whole = (entry + rest) | (rest << 8);
      for (let i = reversed >> tableBits; i < (<u32>1) << furtherBits; i += 1 << rest)
        store<u32>(table + ((furtherStart + i) << 2), whole);
    }
  }
  return true;
}

/** Codes come with their first bit lowest. */
function reverse(code: u32, length: u32): u32 {
  let turned = ((code & 0x5555) << 1) | ((code >> 1) & 0x5555);
  turned = ((turned & 0x3333) << 2) | ((turned >> 2) & 0x3333);
  turned = ((turned & 0x0f0f) << 4) | ((turned >> 4) & 0x0f0f);
  turned = ((turned & 0x00ff) << 8) | ((turned >> 8) & 0x00ff);
  return turned >> (16 - length);
}
