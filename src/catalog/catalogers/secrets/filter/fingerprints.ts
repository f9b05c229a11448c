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

/** Nibble tables for each of four positions, low nibble then high nibble; bit b of an entry stands for bucket b. */
export type NibbleTables = readonly Uint8Array[];

const buckets = 8;
const positions = 4;

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
      if (cost < best.cost) best = { offset, cost };
    }
    return { keyword, offset: best.offset, length };
  });
}

/**
 * Spreads the fingerprints over eight buckets so that text meets as few false ones as can be: commonest first, each into
 * the bucket whose chance of a false hit it raises least.
 */
export function nibbleTables(keywords: readonly Keyword[], fingerprints: readonly Fingerprint[]): NibbleTables {
  const tables = Array.from({ length: positions * 2 }, () => new Uint8Array(16));
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
      tables[position * 2]![byte & 15]! |= 1 << bucket;
      tables[position * 2 + 1]![byte >> 4]! |= 1 << bucket;
    }
}

function chanceWith(tables: NibbleTables, bucket: number, sets: readonly number[][]): number {
  let product = 1;
  for (const [position, bytes] of sets.entries()) {
    let low = nibbles(tables[position * 2]!, bucket);
    let high = nibbles(tables[position * 2 + 1]!, bucket);
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

function nibbles(table: Uint8Array, bucket: number): number {
  let bits = 0;
  for (let i = 0; i < 16; i++) bits |= ((table[i]! >> bucket) & 1) << i;
  return bits;
}

/** The share that a byte has in ordinary text. */
function common(byte: number): number {
  return byteCommonness[byte] ?? 1 / 20_000;
}
