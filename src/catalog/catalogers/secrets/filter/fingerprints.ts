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
const positions = 4;

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
  const chance = new Array<number>(buckets).fill(0);
  const sets = fingerprints.map((fingerprint) => byteSets(keywords[fingerprint.keyword]!, fingerprint));
  const own = sets.map((set) =>
    set.reduce((product, bytes) => product * bytes.reduce((sum, b) => sum + common(b), 0), 1),
  );
  const order = [...sets.keys()].sort((a, b) => own[b]! - own[a]! || a - b);
  for (const index of order) {
    let best = { bucket: 0, rise: Infinity, after: 0 };
    for (let bucket = 0; bucket < buckets; bucket++) {
      const after = chanceWith(tables, bucket, sets[index]!);
      const rise = after - chance[bucket]!;
      if (rise < best.rise) best = { bucket, rise, after };
    }
    chance[best.bucket] = best.after;
    register(tables, best.bucket, sets[index]!);
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

function chanceWith(tables: NibbleTables, bucket: number, sets: readonly number[][]): number {
  let product = 1;
  for (const [position, bytes] of sets.entries()) {
    let low = nibbles(tables[tableOf(bucket, position)]!, bucket & 7);
    let high = nibbles(tables[tableOf(bucket, position) + 1]!, bucket & 7);
    for (const byte of bytes) {
      low |= 1 << (byte & 15);
      high |= 1 << (byte >> 4);
    }
    let sum = 0;
    for (let byte = 0; byte < 128; byte++)
      if ((low >> (byte & 15)) & 1 && (high >> (byte >> 4)) & 1) sum += common(byte);
    product *= Math.min(1, sum);
  }
  return product;
}

function tableOf(bucket: number, position: number): number {
  return ((bucket >> 3) * positions + position) * 2;
}

function nibbles(table: Uint8Array, bucket: number): number {
  let bits = 0;
  for (let i = 0; i < 16; i++) bits |= ((table[i]! >> bucket) & 1) << i;
  return bits;
}

/** The share that a byte has in ordinary text. */
function common(byte: number): number {
  return byteCommonness[byte] ?? 1 / 20_000;
}
