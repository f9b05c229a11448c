/*
 * Inflates raw deflate streams (RFC 1951) that come in pieces, into a window from which the host takes what is plain. This
 * is AssemblyScript: tools/make-wasm.ts compiles it to WebAssembly, and what comes of it lies beside it.
 *
 * All state is here, so that a run may end anywhere: input that is not yet a whole symbol or header stays where it is
 * until there is more. What the bytes say is believed nowhere: a code longer than its table, lengths that are no code and
 * distances before the stream's first byte end the run, and no store reaches beyond this module's own memory.
 */

import {
  symbolBits,
  distanceBits,
  orderBits,
  symbolMask,
  distanceMask,
  codeLengthsAt,
  orderLengthsAt,
  orderTableAt,
  distanceTableAt,
  symbolTableAt,
  literal,
  special,
  further,
  invalid,
  order,
  symbols,
  distances,
  setUpBases,
  build,
} from './codes.as';

/** What `run` says. The host knows the same numbers. */
const needsInput = 0;
const windowIsFull = 1;
const streamEnded = 2;
const badBlockType = 3;
const badStoredLength = 4;
const badCodeLengths = 5;
const badSymbol = 6;
const badDistance = 7;
/** Not said to the host: the run goes on. */
const goesOn = -1;

// Where things lie in memory, behind the tables.
const inputAt: usize = 16384;
const windowAt: usize = 131072;
const historyBytes: usize = 32768;
const plainAt: usize = windowAt + historyBytes;
/** No symbol begins at or behind this place. Three literals, or two and a copy in steps of 16 bytes, may still go beyond it. */
const windowEnd: usize = plainAt + 262144 - 280;

/** Where the stream stands. */
const atHeader: u32 = 0;
const inCodes: u32 = 1;
const inStored: u32 = 2;

let bits: u64 = 0;
let bitCount: u32 = 0;
let inAt: usize = 0;
let inEnd: usize = 0;
let outAt: usize = 0;
/** The lowest byte that a distance may reach. */
let reach: usize = 0;
let stage: u32 = atHeader;
let isLast: u32 = 0;
let storedLeft: u32 = 0;
let savedBits: u64 = 0;
let savedCount: u32 = 0;
let savedAt: usize = 0;

const codeLengthOrder = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

setUpBases();

/** Where input is to be put, at most 69,632 bytes. */
export function input(): usize {
  return inputAt;
}

/** Where plain bytes begin. */
export function plain(): usize {
  return plainAt;
}

/** A new stream begins; its first bytes are not here yet. */
export function begin(): void {
  bits = 0;
  bitCount = 0;
  inAt = inputAt;
  inEnd = inputAt;
  outAt = plainAt;
  reach = plainAt;
  stage = atHeader;
  isLast = 0;
}

/** Input lies from `input()` up to there, what was not consumed before at its front. */
export function given(end: usize): void {
  inAt = inputAt;
  inEnd = end;
}

/** Where the first byte lies that was not consumed. */
export function consumed(): usize {
  return inAt;
}

/** Where plain bytes end. */
export function produced(): usize {
  return outAt;
}

/** The host has taken the plain bytes: what distances may reach of them becomes history. */
export function taken(): void {
  const made = outAt - plainAt;
  memory.copy(windowAt, windowAt + made, historyBytes);
  reach = reach > windowAt + made ? reach - made : windowAt;
  outAt = plainAt;
}

/** Goes on until input is missing, the window is full, the stream has ended or is none. */
export function run(): i32 {
  for (;;) {
    let said = goesOn;
    if (stage === atHeader) said = isLast ? streamEnded : header();
    else if (stage === inStored) said = stored();
    else if (outAt >= windowEnd) said = windowIsFull;
    else said = inEnd - inAt > 32 ? fast() : careful();
    if (said === goesOn) continue;
    giveBack();
    return said;
  }
}

/** Takes whole bytes while there is room for them. */
function fill(): void {
  while (bitCount <= 56 && inAt < inEnd) {
    bits |= (<u64>load<u8>(inAt++)) << bitCount;
    bitCount += 8;
  }
}

function has(count: u32): bool {
  if (bitCount < count) fill();
  return bitCount >= count;
}

function take(count: u32): u32 {
  const value = (<u32>bits) & ((1 << count) - 1);
  bits >>= count;
  bitCount -= count;
  return value;
}

/** Where to go back to when a header or symbol is not all here. */
function save(): void {
  savedBits = bits;
  savedCount = bitCount;
  savedAt = inAt;
}

function goBack(): i32 {
  bits = savedBits;
  bitCount = savedCount;
  inAt = savedAt;
  return needsInput;
}

/** Keeps less than a byte of bits: what was consumed can be said in bytes then. */
function giveBack(): void {
  inAt -= bitCount >> 3;
  bitCount &= 7;
  bits &= (1 << bitCount) - 1;
}

/** The header of a block, § 3.2.3 on. */
function header(): i32 {
  save();
  if (!has(3)) return goBack();
  const last = take(1);
  const type = take(2);
  if (type === 0) {
    take(bitCount & 7);
    if (!has(32)) return goBack();
    const length = take(16);
    if (take(16) !== (length ^ 0xffff)) return badStoredLength;
    giveBack();
    storedLeft = length;
    stage = inStored;
  } else {
    if (type === 3) return badBlockType;
    if (type === 1) fixedCodes();
    else {
      const said = dynamicCodes();
      if (said !== goesOn) return said;
    }
    stage = inCodes;
  }
  isLast = last;
  return goesOn;
}

/** § 3.2.6. */
function fixedCodes(): void {
  for (let i: u32 = 0; i < 288; i++) store<u8>(codeLengthsAt + i, i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
  build(symbolTableAt, symbolBits, symbols, codeLengthsAt, 288);
  memory.fill(codeLengthsAt, 5, 32);
  build(distanceTableAt, distanceBits, distances, codeLengthsAt, 32);
}

/** § 3.2.7. */
function dynamicCodes(): i32 {
  if (!has(14)) return goBack();
  const symbolCount = take(5) + 257;
  const distanceCount = take(5) + 1;
  const orderCount = take(4) + 4;
  if (symbolCount > 286 || distanceCount > 30) return badCodeLengths;
  memory.fill(orderLengthsAt, 0, 19);
  for (let i: u32 = 0; i < orderCount; i++) {
    if (!has(3)) return goBack();
    store<u8>(orderLengthsAt + <u32>load<u8>(codeLengthOrder + i), <u8>take(3));
  }
  if (!build(orderTableAt, orderBits, order, orderLengthsAt, 19)) return badCodeLengths;
  const count = symbolCount + distanceCount;
  for (let i: u32 = 0; i < count;) {
    fill();
    const entry = load<u32>(orderTableAt + (((<u32>bits) & 127) << 2));
    const symbol = entry >> 16;
    const length = entry & 255;
    const extra: u32 = symbol < 16 ? 0 : symbol === 16 ? 2 : symbol === 17 ? 3 : 7;
    if (bitCount < length + extra) return goBack();
    take(length);
    if (symbol < 16) {
      store<u8>(codeLengthsAt + i++, <u8>symbol);
      continue;
    }
    if (symbol === 16 && i === 0) return badCodeLengths;
    const value: u8 = symbol === 16 ? load<u8>(codeLengthsAt + i - 1) : 0;
    const times = take(extra) + (symbol === 18 ? 11 : 3);
    if (i + times > count) return badCodeLengths;
    memory.fill(codeLengthsAt + i, value, times);
    i += times;
  }
  // Without an end no block could be told from a cut one.
  if (load<u8>(codeLengthsAt + 256) === 0) return badCodeLengths;
  if (!build(distanceTableAt, distanceBits, distances, codeLengthsAt + symbolCount, distanceCount))
    return badCodeLengths;
  if (!build(symbolTableAt, symbolBits, symbols, codeLengthsAt, symbolCount)) return badCodeLengths;
  return goesOn;
}

/** § 3.2.4. */
function stored(): i32 {
  const here = min(<u32>(inEnd - inAt), <u32>(outAt < windowEnd ? windowEnd - outAt : 0));
  const count = min(storedLeft, here);
  memory.copy(outAt, inAt, count);
  inAt += count;
  outAt += count;
  storedLeft -= count;
  if (storedLeft > 0) return inAt === inEnd ? needsInput : windowIsFull;
  stage = atHeader;
  return goesOn;
}

/** One symbol, where input is nearly at its end: a symbol that is not all here is left for the next run. */
function careful(): i32 {
  save();
  fill();
  let entry = load<u32>(symbolTableAt + (((<u32>bits) & symbolMask) << 2));
  if (entry & special && entry & further) {
    if (bitCount < symbolBits) return goBack();
    take(symbolBits);
    entry = furtherEntry(symbolTableAt, entry);
  }
  let count = entry & 255;
  if (bitCount < count) return goBack();
  if (entry & literal) {
    take(count);
    store<u8>(outAt++, <u8>(entry >> 16));
    return goesOn;
  }
  if (entry & special) {
    if (entry & invalid) return badSymbol;
    take(count);
    stage = atHeader;
    return goesOn;
  }
  const length = (entry >> 16) + (take(count) >> ((entry >> 8) & 15));
  fill();
  entry = load<u32>(distanceTableAt + (((<u32>bits) & distanceMask) << 2));
  if (entry & special && entry & further) {
    if (bitCount < distanceBits) return goBack();
    take(distanceBits);
    entry = furtherEntry(distanceTableAt, entry);
  }
  count = entry & 255;
  if (bitCount < count) return goBack();
  if (entry & special) return badDistance;
  const distance = (entry >> 16) + (take(count) >> ((entry >> 8) & 15));
  if (outAt - reach < distance) return badDistance;
  for (let i: u32 = 0; i < length; i++, outAt++) store<u8>(outAt, load<u8>(outAt - distance));
  return goesOn;
}

function furtherEntry(table: usize, entry: u32): u32 {
  return load<u32>(table + (((entry >> 16) + ((<u32>bits) & ((1 << ((entry >> 8) & 15)) - 1))) << 2));
}

/**
 * Symbols while at least 32 bytes of input are at hand and the window is not full. The state lies in locals. Only the low
 * six bits of `count` count: shifts look at no others, so an entry can be taken from it as it is. After `b |= …` there are
 * at least 56 bits, enough for three symbols without their distances, or for the longest with its own.
 */
function fast(): i32 {
  let b = bits;
  let count = bitCount;
  let at = inAt;
  let out = outAt;
  let said = goesOn;
  const lowest = reach;
  const inLimit = inEnd - 32;
  b |= load<u64>(at) << count;
  at += (63 - count) >> 3;
  count |= 56;
  let e = load<u32>(symbolTableAt + (((<u32>b) & symbolMask) << 2));
  do {
    let was = b;
    b >>= e;
    count -= e;
    if (e & literal) {
      store<u8>(out++, <u8>(e >> 16));
      e = load<u32>(symbolTableAt + (((<u32>b) & symbolMask) << 2));
      if (e & literal) {
        b >>= e;
        count -= e;
        store<u8>(out++, <u8>(e >> 16));
        e = load<u32>(symbolTableAt + (((<u32>b) & symbolMask) << 2));
        if (e & literal) {
          b >>= e;
          count -= e;
          store<u8>(out++, <u8>(e >> 16));
          b |= load<u64>(at) << count;
          at += (63 - (count & 63)) >> 3;
          count |= 56;
          e = load<u32>(symbolTableAt + (((<u32>b) & symbolMask) << 2));
          continue;
        }
      }
      was = b;
      b >>= e;
      count -= e;
    }
    if (e & special) {
      if (e & further) {
        e = load<u32>(symbolTableAt + (((e >> 16) + ((<u32>b) & ((1 << ((e >> 8) & 15)) - 1))) << 2));
        was = b;
        b >>= e;
        count -= e;
        if (e & literal) {
          store<u8>(out++, <u8>(e >> 16));
          b |= load<u64>(at) << count;
          at += (63 - (count & 63)) >> 3;
          count |= 56;
          e = load<u32>(symbolTableAt + (((<u32>b) & symbolMask) << 2));
          continue;
        }
      }
      if (e & special) {
        if (e & invalid) said = badSymbol;
        else stage = atHeader;
        break;
      }
    }
    const length = (e >> 16) + ((<u32>(was & (((<u64>1) << e) - 1))) >> ((e >> 8) & 15));
    // A distance takes 28 bits at most, and the look-up of the next symbol 11.
    if ((count & 63) < 41) {
      b |= load<u64>(at) << count;
      at += (63 - (count & 63)) >> 3;
      count |= 56;
    }
    e = load<u32>(distanceTableAt + (((<u32>b) & distanceMask) << 2));
    if (e & special) {
      if (e & further) {
        b >>= e;
        count -= e;
        e = load<u32>(distanceTableAt + (((e >> 16) + ((<u32>b) & ((1 << ((e >> 8) & 15)) - 1))) << 2));
      }
      if (e & special) {
        said = badDistance;
        break;
      }
    }
    was = b;
    b >>= e;
    count -= e;
    const distance = (e >> 16) + ((<u32>(was & (((<u64>1) << e) - 1))) >> ((e >> 8) & 15));
    if (out - lowest < distance) {
      said = badDistance;
      break;
    }
    let from = out - distance;
    let to = out;
    out += length;
    // The next entry is on its way while bytes are copied.
    b |= load<u64>(at) << count;
    at += (63 - (count & 63)) >> 3;
    count |= 56;
    e = load<u32>(symbolTableAt + (((<u32>b) & symbolMask) << 2));
    if (distance >= 16) {
      do {
        v128.store(to, v128.load(from));
        to += 16;
        from += 16;
      } while (to < out);
    } else if (distance === 1) {
      const same = i8x16.splat(load<i8>(from));
      do {
        v128.store(to, same);
        to += 16;
      } while (to < out);
    } else {
      // Eight bytes at a time; of a shorter distance only those that repeat, the rest is written over.
      const step = min<usize>(distance, 8);
      do {
        store<u64>(to, load<u64>(from));
        to += step;
        from += step;
      } while (to < out);
    }
  } while (at < inLimit && out < windowEnd);
  bits = b;
  bitCount = count & 63;
  inAt = at;
  outAt = out;
  giveBack();
  return said;
}
