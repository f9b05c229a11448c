import { byteCommonness } from './byte-commonness.table.ts';

/** A literal that some rule needs to see before it is worth asking. */
export interface Keyword {
  readonly text: string;
  readonly ignoreCase: boolean;
}

/** Four bytes of a keyword (three where it has no more), chosen to be rare in text. */
export interface Fingerprint {
  readonly keyword: number;
  /** Where in the keyword they start. */
  readonly offset: number;
  readonly length: 3 | 4;
}

/**
 * For each set of eight buckets, for each of four positions, the low nibble's table and the high nibble's: sixteen bytes,
 * in which bit b stands for bucket b of the set.
 */
export type NibbleTables = readonly Uint8Array[];

/** More sets cost time for every byte, fewer let more false candidates through: 32 buckets do for some 280 keywords. */
export const bucketSets = 4;
const buckets = bucketSets * 8;
export const positions = 4;

const commonParts = new Set([
  'word',
  'oken',
  'tabl',
  'link',
  'mark',
  'book',
  'send',
  'cord',
  '_key',
  'key=',
  '_tok',
  'priv',
  'oriz',
  '-key',
  'secr',
  'cred',
  '_eyj',
]);

/** The rarest four bytes in a row of every keyword. Keywords need three bytes at least. */
export function chooseFingerprints(keywords: readonly Keyword[]): Fingerprint[] {
  return keywords.map(({ text, ignoreCase }, keyword) => {
    const length = text.length >= 4 ? 4 : 3;
    if (text.length < 3) throw new Error(`keyword ${text} is shorter than three bytes`);
    let best = { offset: 0, cost: Infinity };
    for (let offset = 0; offset + length <= text.length; offset++) {
      let cost = 1;
      for (let i = 0; i < length; i++)
        cost *= bytesFor(text[offset + i]!, ignoreCase).reduce((sum, b) => sum + common(b), 0);
      // What repeats (`----`) or is a word of its own is far commoner than its bytes tell.
      const part = text.slice(offset, offset + length).toLowerCase();
      if (part[0] === part[1] || commonParts.has(part)) cost *= 1000;
      if (cost < best.cost) best = { offset, cost };
    }
    return { keyword, offset: best.offset, length };
  });
}

/**
 * Spreads the fingerprints over the buckets so that text meets as few false ones as can be: commonest first, each into
 * the bucket whose chance of a false hit it raises least.
 */
export function nibbleTables(keywords: readonly Keyword[], fingerprints: readonly Fingerprint[]): NibbleTables {
  const tables = Array.from({ length: bucketSets * positions * 2 }, () => new Uint8Array(16));
  const masks: BucketMasks = { low: new Int32Array(buckets * positions), high: new Int32Array(buckets * positions) };
  const chance = new Array<number>(buckets).fill(0);
  const sets = fingerprints.map((fingerprint) => byteSets(keywords[fingerprint.keyword]!, fingerprint));
  const own = sets.map((set) =>
    set.reduce((product, bytes) => product * bytes.reduce((sum, b) => sum + common(b), 0), 1),
  );
  const order = [...sets.keys()].sort((a, b) => own[b]! - own[a]! || a - b);
  for (const index of order) {
    let best = { bucket: 0, rise: Infinity, after: 0 };
    const wanted = sets[index]!.map(masksOf);
    for (let bucket = 0; bucket < buckets; bucket++) {
      const after = chanceWith(masks, bucket, wanted);
      const rise = after - chance[bucket]!;
      if (rise < best.rise) best = { bucket, rise, after };
    }
    chance[best.bucket] = best.after;
    register(tables, best.bucket, sets[index]!);
    for (const [position, { low, high }] of wanted.entries()) {
      masks.low[best.bucket * positions + position]! |= low;
      masks.high[best.bucket * positions + position]! |= high;
    }
  }
  return tables;
}

/** The bytes that may stand for one character of a keyword. */
export function bytesFor(character: string, ignoreCase: boolean): number[] {
  const byte = character.charCodeAt(0);
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return ignoreCase && isLetter ? [byte & 0xdf, byte | 0x20] : [byte];
}

function byteSets(keyword: Keyword, { offset, length }: Fingerprint): number[][] {
  const sets: number[][] = [];
  for (let i = 0; i < positions; i++)
    sets.push(i < length ? bytesFor(keyword.text[offset + i]!, keyword.ignoreCase) : [...Array(256).keys()]);
  return sets;
}

function register(tables: NibbleTables, bucket: number, sets: readonly number[][]): void {
  for (const [position, bytes] of sets.entries())
    for (const byte of bytes) {
      tables[tableOf(bucket, position)]![byte & 15]! |= 1 << (bucket & 7);
      tables[tableOf(bucket, position) + 1]![byte >> 4]! |= 1 << (bucket & 7);
    }
}

/** The chance that a byte of ordinary text passes: one for each position, multiplied. */
function chanceWith(masks: BucketMasks, bucket: number, wanted: readonly NibbleMasks[]): number {
  let product = 1;
  for (let position = 0; position < positions; position++) {
    const low = masks.low[bucket * positions + position]! | wanted[position]!.low;
    const high = masks.high[bucket * positions + position]! | wanted[position]!.high;
    let sum = 0;
    for (let row = 0; row < 8; row++)
      if ((high >> row) & 1) sum += rowSums[row * 512 + (low & 255)]! + rowSums[row * 512 + 256 + (low >> 8)]!;
    product *= Math.min(1, sum);
  }
  return product;
}

/** Which low and high nibbles pass at a position, a bit each. */
interface NibbleMasks {
  readonly low: number;
  readonly high: number;
}

/** The same for every bucket and position. */
interface BucketMasks {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

function masksOf(bytes: readonly number[]): NibbleMasks {
  let low = 0;
  let high = 0;
  for (const byte of bytes) {
    low |= 1 << (byte & 15);
    high |= 1 << (byte >> 4);
  }
  return { low, high };
}

/**
 * For each high nibble of ASCII, the share in text of any set of eight low nibbles: first the lower eight, then the upper. Adding
 * up bytes one by one instead took a twentieth of a second in each thread.
 */
const rowSums = (() => {
  const sums = new Float64Array(8 * 512);
  for (let row = 0; row < 8; row++)
    for (let half = 0; half < 2; half++)
      for (let mask = 1; mask < 256; mask++) {
        const lowest = 31 - Math.clz32(mask & -mask);
        const base = row * 512 + half * 256;
        sums[base + mask] = sums[base + (mask & (mask - 1))]! + common((row << 4) | (half * 8 + lowest));
      }
  return sums;
})();

function tableOf(bucket: number, position: number): number {
  return ((bucket >> 3) * positions + position) * 2;
}

/** The share that a byte has in ordinary text. */
function common(byte: number): number {
  return byteCommonness[byte] ?? 1 / 20_000;
}
