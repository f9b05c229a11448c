import type { ByteSource } from '../../model/index.ts';

/** The pages of a SQLite file, each handed out once: a second request is a cycle or a page with two owners. */
export class Pages {
  readonly sizeBytes: number;
  readonly usableBytes: number;
  readonly #source: ByteSource;
  readonly #pageBytes: number;
  readonly #count: number;
  readonly #taken: Uint8Array;
  readonly #faults: Set<string>;

  /** Reads the header (fileformat2 §1.3); undefined, and a fault, where it is not one that we can read. */
  static open(source: ByteSource, faults: Set<string>): Pages | undefined {
    const header = source.sizeBytes < 100 ? undefined : Buffer.from(source.read(0, 100));
    if (header === undefined) {
      faults.add('the file is shorter than a header');
      return undefined;
    }
    const stated = header.readUInt16BE(16);
    const pageBytes = stated === 1 ? 65536 : stated;
    const usableBytes = pageBytes - header[20]!;
    if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || usableBytes < 480) {
      faults.add(`a page size of ${stated} bytes can't be`);
      return undefined;
    }
    // 1 is UTF-8; an empty database has not settled it yet.
    if (header.readUInt32BE(56) > 1) {
      faults.add('its texts are not UTF-8');
      return undefined;
    }
    const pages = new Pages(source, { pageBytes, usableBytes, faults });
    const isCountValid = header.readUInt32BE(24) === header.readUInt32BE(92);
    const count = header.readUInt32BE(28);
    if ((isCountValid && count > pages.#count) || source.sizeBytes % pageBytes !== 0)
      faults.add('the file is shorter than its header says');
    return pages;
  }

  private constructor(
    source: ByteSource,
    { pageBytes, usableBytes, faults }: { pageBytes: number; usableBytes: number; faults: Set<string> },
  ) {
    this.sizeBytes = source.sizeBytes;
    this.usableBytes = usableBytes;
    this.#source = source;
    this.#pageBytes = pageBytes;
    this.#count = Math.floor(source.sizeBytes / pageBytes);
    this.#taken = new Uint8Array(Math.ceil((this.#count + 1) / 8));
    this.#faults = faults;
  }

  /** A copy of the page, the first being 1; undefined, and a fault, where there is none or it was taken before. */
  take(number: number): Buffer | undefined {
    if (number < 1 || number > this.#count || !Number.isInteger(number)) {
      this.fault(`there is no page ${number}`);
      return undefined;
    }
    const bit = 1 << (number & 7);
    if ((this.#taken[number >> 3]! & bit) !== 0) {
      this.fault(`page ${number} is used twice`);
      return undefined;
    }
    this.#taken[number >> 3]! |= bit;
    return Buffer.from(this.#source.read((number - 1) * this.#pageBytes, this.#pageBytes));
  }

  /** Keeps the first few: one broken page tends to bring many. */
  fault(what: string): void {
    if (this.#faults.size < 5) this.#faults.add(what);
  }
}
