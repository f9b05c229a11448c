import { compileModule } from '../../../../formats/web-assembly.ts';
import { bytesFor, chooseFingerprints, type Fingerprint, type Keyword, nibbleTables } from './fingerprints.ts';
import { hashFactor, hashShift, layout, scanModule } from './scan-module.ts';

/** Called for each keyword met: where it starts, and its index in the list that the filter was made with. */
export type KeywordHit = (start: number, keyword: number) => void;

interface PlacedFingerprint extends Fingerprint {
  readonly pattern: Uint8Array;
  /** For each byte of the pattern 0x20 where its case does not matter, else 0. */
  readonly fold: Uint8Array;
  readonly next: PlacedFingerprint | undefined;
}

interface Scanner {
  readonly memory: Buffer;
  readonly positions: Int32Array;
  scan(length: number): number;
}

/**
 * Finds many literal keywords in bytes, in one pass at more than a gigabyte a second: WebAssembly looks at sixteen
 * positions a step and names candidates, which are then compared. Where WebAssembly lacks 128-bit vectors a plain loop
 * names them, with the same results.
 */
export class KeywordFilter {
  readonly #hashes = new Uint8Array(1 << (32 - hashShift));
  readonly #chains = new Map<number, PlacedFingerprint>();
  readonly #scanner: Scanner | undefined;

  constructor(keywords: readonly Keyword[], options: { wasm?: boolean } = {}) {
    const fingerprints = chooseFingerprints(keywords);
    for (const fingerprint of fingerprints) this.#place(keywords[fingerprint.keyword]!, fingerprint);
    if (options.wasm !== false) this.#scanner = makeScanner();
    if (this.#scanner === undefined) return;
    for (const [index, table] of nibbleTables(keywords, fingerprints).entries())
      this.#scanner.memory.set(table, layout.nibbles + index * 16);
    this.#scanner.memory.set(this.#hashes, layout.hashes);
  }

  /** Calls back for every keyword that lies in the bytes; positions rise, but for keywords that overlap. */
  scan(bytes: Uint8Array, hit: KeywordHit): void {
    if (this.#scanner === undefined) this.#scanPlainly(bytes, hit);
    else this.#scanFast(this.#scanner, bytes, hit);
  }

  #scanFast(scanner: Scanner, bytes: Uint8Array, hit: KeywordHit): void {
    const { memory, positions } = scanner;
    // Text mostly lies in memory that threads share, from which set() copies at a fraction of copy()'s speed.
    const text = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let from = 0; from < bytes.length; from += layout.chunkBytes) {
      const length = Math.min(layout.chunkBytes, bytes.length - from);
      // What an earlier text left behind it only makes candidates that the comparison drops.
      text.copy(memory, layout.text, from, Math.min(bytes.length, from + length + 32));
      const count = scanner.scan(length) >> 2;
      for (let i = 0; i < count; i++) {
        const position = positions[i]!;
        if (position < length) this.#compare(bytes, from + position, hit);
      }
    }
  }

  #scanPlainly(bytes: Uint8Array, hit: KeywordHit): void {
    const hashes = this.#hashes;
    let word = 0;
    // The word is built as the loop passes; byte i is its highest, so it stands for position i - 3.
    for (let i = 0; i < bytes.length + 3; i++) {
      word = (word >>> 8) | ((i < bytes.length ? bytes[i]! : 0) << 24);
      if (i < 3) continue;
      const folded = word | 0x20202020;
      if ((hashes[hashOf(folded)]! & 1) !== 0 || (hashes[hashOf(folded & 0xffffff)]! & 2) !== 0)
        this.#compare(bytes, i - 3, hit);
    }
  }

  #compare(bytes: Uint8Array, at: number, hit: KeywordHit): void {
    const folded =
      bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | ((bytes[at + 3] ?? 0) << 24) | 0x20202020;
    for (let it = this.#chains.get(folded); it !== undefined; it = it.next) this.#compareOne(bytes, at, it, hit);
    for (let it = this.#chains.get(-(folded & 0xffffff) - 0x1_0000_0000); it !== undefined; it = it.next)
      this.#compareOne(bytes, at, it, hit);
  }

  #compareOne(
    bytes: Uint8Array,
    at: number,
    { pattern, fold, offset, keyword }: PlacedFingerprint,
    hit: KeywordHit,
  ): void {
    const start = at - offset;
    if (start < 0 || start + pattern.length > bytes.length) return;
    for (let i = 0; i < pattern.length; i++) if ((bytes[start + i]! | fold[i]!) !== pattern[i]) return;
    hit(start, keyword);
  }

  #place({ text, ignoreCase }: Keyword, fingerprint: Fingerprint): void {
    const pattern = Buffer.from(text, 'latin1');
    const fold = Uint8Array.from(text, (character) => (bytesFor(character, ignoreCase).length > 1 ? 0x20 : 0));
    for (let i = 0; i < pattern.length; i++) pattern[i]! |= fold[i]!;
    let word = 0;
    for (let i = 0; i < fingerprint.length; i++) word |= (pattern[fingerprint.offset + i]! | 0x20) << (8 * i);
    this.#hashes[hashOf(word)]! |= fingerprint.length === 4 ? 1 : 2;
    const key = fingerprint.length === 4 ? word : -word - 0x1_0000_0000;
    this.#chains.set(key, { ...fingerprint, pattern, fold, next: this.#chains.get(key) });
  }
}

function hashOf(word: number): number {
  return Math.imul(word, hashFactor) >>> hashShift;
}

interface ScannerExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  scan(length: number): number;
}

/** The compiled scanner; undefined where this machine's WebAssembly has no 128-bit vectors. */
function makeScanner(): Scanner | undefined {
  for (const relaxed of [true, false]) {
    const instance = compileModule<ScannerExports>(scanModule(relaxed));
    if (instance === undefined) continue;
    const { memory, scan } = instance();
    return { memory: Buffer.from(memory.buffer), positions: new Int32Array(memory.buffer, layout.positions), scan };
  }
  return undefined;
}
