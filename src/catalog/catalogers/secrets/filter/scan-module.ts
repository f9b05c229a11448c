import { bucketSets, positions } from './fingerprints.ts';
import * as w from './wasm-code.ts';

/** Where things lie in the module's memory, in bytes. */
export const layout = {
  /** Tables of 16 bytes: for each set of buckets, low and high nibble for each position. */
  nibbles: 0,
  /** One byte for each hash of a folded fingerprint: bit 0 for four bytes, bit 1 for three. */
  hashes: 4096,
  /** A chunk of text and, after it, up to 32 bytes that follow it. */
  text: 32768,
  chunkBytes: 64 << 10,
  /** Positions of candidates in the chunk, 32 bits each. */
  positions: 32768 + (64 << 10) + 64,
  pages: 6,
} as const;

export const hashFactor = 0x9e3779b1 | 0;
export const hashShift = 18;

// Locals: 0 is the parameter, the length of the chunk.
const [length, at, out, mask, position, word] = [0, 1, 2, 3, 4, 5] as const;
const tables = 6;
const places = Array.from({ length: positions }, (_, place) => place);
const tableCount = bucketSets * positions * 2;
/** The low nibbles at the positions, then the high ones; then what survived, and constants. */
const nibbles = tables + tableCount;
const [bytes, fifteen, zero, next] = [
  nibbles + positions * 2,
  nibbles + positions * 2 + 1,
  nibbles + positions * 2 + 2,
  nibbles + positions * 2 + 3,
] as const;

/**
 * The module of the filter: `scan(length)` looks at 32 positions at a time. At each of four places from a position on, the
 * low and the high nibble of the byte there look up which buckets of fingerprints it suits; a position at which a bucket
 * survives all is a candidate. Candidates whose four (or three) bytes, in lower case, hash to no fingerprint's are
 * dropped at once; the positions of the others are written out. Gives how many bytes of positions it wrote.
 */
export function scanModule(relaxed: boolean): Uint8Array {
  const load = (place: number, half: number): number[] => [
    ...[...w.get(at), ...w.loadV128(layout.text + half * 16 + place), ...w.tee(bytes)],
    ...[...w.get(fifteen), ...w.andV128, ...w.set(nibbles + place)],
    ...[...w.get(bytes), ...w.i32(4), ...w.shiftBytesRight, ...w.set(nibbles + positions + place)],
  ];
  const lookUp = (table: number, nibble: number): number[] => [
    ...[...w.get(tables + table), ...w.get(nibbles + nibble), ...w.swizzle(relaxed)],
  ];
  /** Which buckets of a set survive all places. */
  const survivors = (set: number): number[] =>
    places.flatMap((place) => [
      ...lookUp((set * positions + place) * 2, place),
      ...[...lookUp((set * positions + place) * 2 + 1, positions + place), ...w.andV128],
      ...(place === 0 ? [] : w.andV128),
    ]);
  const sets = Array.from({ length: bucketSets }, (_, set) => [
    ...survivors(set),
    ...(set === 0 ? [] : w.orV128),
  ]).flat();
  const hashed = (bit: number): number[] => [
    ...w.i32(hashFactor),
    ...w.multiply,
    ...w.i32(hashShift),
    ...w.shiftRightUnsigned,
    ...w.loadByte(layout.hashes),
    ...w.i32(bit),
    ...w.and,
  ];
  const setUp: number[] = [...w.i32(15), ...w.splatBytes, ...w.set(fifteen)];
  for (let table = 0; table < tableCount; table++)
    setUp.push(...w.i32(0), ...w.loadV128(layout.nibbles + table * 16), ...w.set(tables + table));
  const oneCandidate = [
    ...w.get(at),
    ...w.get(mask),
    ...w.countTrailingZeros,
    ...w.add,
    ...w.tee(position),
    ...w.loadI32(layout.text),
    ...w.i32(0x20202020),
    ...w.or,
    ...w.tee(word),
    ...hashed(1),
    ...w.get(word),
    ...w.i32(0xffffff),
    ...w.and,
    ...hashed(2),
    ...w.or,
    ...w.when(w.get(out), w.get(position), w.storeI32(layout.positions), [
      ...w.get(out),
      ...w.i32(4),
      ...w.add,
      ...w.set(out),
    ]),
    ...[...w.get(mask), ...w.get(mask), ...w.i32(1), ...w.subtract, ...w.and, ...w.tee(mask)],
    ...w.branchIf(0),
  ];
  /** A bit for each of sixteen positions. */
  const candidates = (half: number): number[] => [
    ...places.flatMap((place) => load(place, half)),
    ...sets,
    ...[...w.get(zero), ...w.notEqualBytes, ...w.bitmaskBytes],
  ];
  // Two halves a step: where there are candidates is hard to foretell, and a wrong guess costs as much as a half.
  const step = [
    ...[...w.get(at), ...w.get(length), ...w.greaterOrEqualUnsigned, ...w.branchIf(1)],
    ...candidates(0),
    ...[...candidates(1), ...w.i32(16), ...w.shiftLeft, ...w.or, ...w.tee(mask)],
    ...w.when(w.loop(oneCandidate)),
    ...[...w.get(at), ...w.i32(32), ...w.add, ...w.set(at)],
    ...w.branch(0),
  ];
  const body = [...setUp, ...w.block(w.loop(step)), ...w.get(out)];
  return w.moduleBytes({ pages: layout.pages, i32Locals: 5, v128Locals: next - tables, body });
}
