import type { ByteSource } from '../../model/index.ts';
import { readU16, readU32 } from '../elf/index.ts';

const overflowPage = 7;
const headerBytes = 26;
const maxItemBytes = 64 << 20;

/** Items that are too large for a page and lie in chains of their own. */
export class OverflowPages {
  readonly #source: ByteSource;
  readonly #pageBytes: number;
  readonly #pageCount: number;
  readonly #bigEndian: boolean;
  readonly #fault: (what: string) => void;
  readonly #taken: Uint8Array;

  constructor(
    source: ByteSource,
    options: { pageBytes: number; pageCount: number; bigEndian: boolean; fault: (what: string) => void },
  ) {
    this.#source = source;
    this.#pageBytes = options.pageBytes;
    this.#pageCount = options.pageCount;
    this.#bigEndian = options.bigEndian;
    this.#fault = options.fault;
    this.#taken = new Uint8Array(options.pageCount);
  }

  /** The item of so many bytes whose first page is given; undefined, and a fault, where the chain is not good for it. */
  read(first: number, sizeBytes: number): Uint8Array | undefined {
    if (sizeBytes > maxItemBytes || sizeBytes > this.#source.sizeBytes) {
      this.#fault('an item is larger than the file or than we read');
      return undefined;
    }
    const parts: Uint8Array[] = [];
    let missing = sizeBytes;
    for (let number = first; missing > 0;) {
      if (number < 1 || number >= this.#pageCount || this.#taken[number] === 1) {
        this.#fault(`overflow page ${number} does not exist or is used twice`);
        return undefined;
      }
      this.#taken[number] = 1;
      const page = this.#source.read(number * this.#pageBytes, this.#pageBytes);
      const used = readU16(page, 22, this.#bigEndian);
      if (page[25] !== overflowPage || used === 0 || headerBytes + used > this.#pageBytes) {
        this.#fault(`page ${number} is no overflow page`);
        return undefined;
      }
      const part = Uint8Array.from(page.subarray(headerBytes, headerBytes + Math.min(used, missing)));
      parts.push(part);
      missing -= part.length;
      number = readU32(page, 16, this.#bigEndian);
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }
}
