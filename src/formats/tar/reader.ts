import {
  defaultTarLimits,
  type TarEntry,
  type TarHandler,
  type TarLimits,
  type TarReadOptions,
  typeOf,
} from './entry.ts';
import { blockBytes, checksumIsRight, isZeroBlock, readNumber, readText, typeFlag } from './header.ts';
import { type PaxRecords, readPaxRecords } from './pax.ts';
import { checkedRuns, type SparseRun } from './sparse.ts';

const zeros = Buffer.alloc(64 << 10);
/** Of members without extended headers; never written to. */
const noPax: PaxRecords = Object.freeze({});

/**
 * Reads a tar archive that is pushed in pieces of any size, without copying contents. Understands ustar, V7, GNU (long
 * names, old sparse, base-256) and pax (all sparse forms, extended attributes), as Go's archive/tar does. Never throws
 * on what the bytes say: `error` tells what was wrong, and nothing after it is read.
 */
export class TarReader {
  /** What stopped the reading, naming the member and the offset; undefined while all is well. */
  error: string | undefined;
  /** Bytes pushed so far. */
  offset = 0;
  /** The end-of-archive mark was seen. */
  ended = false;

  readonly #handler: TarHandler;
  readonly #limits: TarLimits;
  readonly #details: boolean;
  readonly #entry: TarEntry = {
    name: '',
    linkName: '',
    type: 'file',
    mode: 0,
    uid: 0,
    gid: 0,
    sizeBytes: 0,
    xattrs: undefined,
    deviceMajor: 0,
    deviceMinor: 0,
    details: undefined,
  };
  readonly #block = Buffer.alloc(blockBytes);
  #blockFill = 0;
  #zeroBlocks = 0;
  #entries = 0;
  #holes = 0;
  /** Stored bytes of the current member still to come, and the padding after them. */
  #left = 0;
  #padding = 0;
  #mode: 'header' | 'body' | 'meta' | 'skip' | 'sparse-map' | 'sparse-extension' = 'header';
  #inEntry = false;
  #meta: Buffer[] = [];
  #metaKind = 0;
  #pax: PaxRecords = noPax;
  #longName: string | undefined;
  #longLink: string | undefined;
  #runs: SparseRun[] | undefined;
  #runIndex = 0;
  #runLeft = 0;
  #position = 0;
  #sparseNumbers: number[] = [];
  #mapText = '';

  constructor(handler: TarHandler, limits: TarLimits = defaultTarLimits, options: TarReadOptions = {}) {
    this.#handler = handler;
    this.#limits = limits;
    this.#details = options.details === true;
  }

  push(chunk: Buffer): void {
    const start = this.offset;
    let at = 0;
    while (at < chunk.length && this.error === undefined && !this.ended) {
      this.offset = start + at;
      if (this.#left > 0) {
        const take = Math.min(this.#left, chunk.length - at);
        this.#consume(take === chunk.length && at === 0 ? chunk : chunk.subarray(at, at + take));
        this.#left -= take;
        at += take;
        if (this.#left === 0) this.#bodyDone();
      } else if (this.#padding > 0) {
        const take = Math.min(this.#padding, chunk.length - at);
        this.#padding -= take;
        at += take;
      } else {
        // Out of memory that threads share, whose bytes are dearer to look at than a block is to copy.
        const take = Math.min(blockBytes - this.#blockFill, chunk.length - at);
        chunk.copy(this.#block, this.#blockFill, at, at + take);
        this.#blockFill += take;
        at += take;
        if (this.#blockFill === blockBytes) {
          this.#blockFill = 0;
          this.#header(this.#block);
        }
      }
    }
    this.offset = start + chunk.length;
  }

  /** Says that no more bytes come: a member cut short becomes an error. An archive without an end mark is accepted. */
  end(): void {
    if (this.error !== undefined || this.ended) return;
    if (this.#left > 0 || this.#inEntry) this.#fail(`ends in the middle of ${this.#label()}`);
    else if (this.#blockFill > 0) this.#fail('ends in the middle of a header');
  }

  #label(): string {
    return this.#inEntry ? `"${this.#entry.name}"` : 'an extended header';
  }

  #fail(what: string): void {
    this.error = `${what}, at byte ${this.offset}`;
    if (this.#inEntry) this.#endEntry();
  }

  #header(block: Buffer): void {
    if (this.#mode === 'sparse-extension') return this.#sparseExtension(block);
    if (isZeroBlock(block)) {
      if (++this.#zeroBlocks === 2) this.ended = true;
      return;
    }
    if (this.#zeroBlocks === 1) return this.#fail('a lone zero block is followed by more');
    if (!checksumIsRight(block)) return this.#fail('a header has a wrong checksum');
    const flag = block[156]!;
    const size = readNumber(block, 124, 12);
    if (
      flag === typeFlag.paxNext ||
      flag === typeFlag.paxGlobal ||
      flag === typeFlag.gnuLongName ||
      flag === typeFlag.gnuLongLink
    ) {
      if (!(size <= this.#limits.headerBytes))
        return this.#fail(`an extended header of ${size} bytes is over the limit of ${this.#limits.headerBytes}`);
      this.#metaKind = flag;
      this.#meta = [];
      this.#begin('meta', size);
      if (size === 0) this.#metaDone();
      return;
    }
    this.#member(block, flag, size);
  }

  #member(block: Buffer, flag: number, headerSize: number): void {
    if (++this.#entries > this.#limits.entries) return this.#fail(`has more than ${this.#limits.entries} members`);
    const entry = this.#entry;
    const pax = this.#pax;
    // `ustar` and a NUL (POSIX) or a space (GNU).
    const isUstar = block[257] === 117 && block.toString('latin1', 257, 262) === 'ustar';
    const gnu = isUstar && block[262] === 32;
    let name = this.#longName ?? pax.path;
    if (name === undefined) {
      name = readText(block, 0, 100);
      if (isUstar && block[262] === 0 && block[345] !== 0) name = `${readText(block, 345, 155)}/${name}`;
    }
    entry.name = name;
    entry.linkName = this.#longLink ?? pax.linkPath ?? (block[157] === 0 ? '' : readText(block, 157, 100));
    entry.mode = readNumber(block, 100, 8) & 0o7777;
    entry.uid = pax.uid ?? readNumber(block, 108, 8);
    entry.gid = pax.gid ?? readNumber(block, 116, 8);
    entry.xattrs = pax.xattrs;
    entry.type = typeOf(flag, name);
    entry.deviceMajor = entry.type === 'device' ? readNumber(block, 329, 8) || 0 : 0;
    entry.deviceMinor = entry.type === 'device' ? readNumber(block, 337, 8) || 0 : 0;
    if (this.#details) {
      entry.details = {
        modified: pax.modified ?? String(readNumber(block, 136, 12)),
        userName: pax.userName ?? (isUstar ? readText(block, 265, 32) : ''),
        groupName: pax.groupName ?? (isUstar ? readText(block, 297, 32) : ''),
        isBlockDevice: flag === typeFlag.blockDevice,
      };
    }
    let size = pax.size ?? headerSize;
    const sparse = pax.sparse;
    if (pax !== noPax) this.#pax = noPax;
    this.#longName = this.#longLink = undefined;
    if (!(size >= 0)) return this.#fail(`"${name}" has a size that is no number`);
    if (Number.isNaN(entry.uid) || Number.isNaN(entry.gid))
      return this.#fail(`"${name}" has an owner that is no number`);
    // Links, devices and directories have no contents, whatever their size field says (POSIX; Go does the same).
    if (entry.type !== 'file' && entry.type !== 'other') size = 0;
    entry.sizeBytes = size;
    this.#runs = undefined;
    if (flag === typeFlag.gnuSparse && gnu) return this.#oldSparse(block, size);
    if (sparse !== undefined && entry.type === 'file') return this.#paxSparse(sparse, size);
    this.#startEntry(size);
  }

  #startEntry(storedBytes: number): void {
    this.#inEntry = true;
    this.#position = 0;
    if (this.#runs !== undefined) this.#nextRun(0);
    this.#handler.entry(this.#entry);
    this.#begin('body', storedBytes);
    if (storedBytes === 0) this.#endEntry();
  }

  #begin(mode: 'body' | 'meta' | 'sparse-map', bytes: number): void {
    this.#mode = mode;
    this.#left = bytes;
    this.#padding = (blockBytes - (bytes % blockBytes)) % blockBytes;
  }

  #consume(bytes: Buffer): void {
    if (this.#mode === 'meta') this.#meta.push(Buffer.from(bytes));
    else if (this.#mode === 'sparse-map') this.#sparseMap(bytes);
    else if (this.#runs === undefined) this.#handler.data(bytes);
    else this.#sparseData(bytes);
  }

  #bodyDone(): void {
    if (this.#mode === 'meta') this.#metaDone();
    else if (this.#mode === 'sparse-map') this.#fail(`the sparse map of "${this.#entry.name}" does not end`);
    else this.#endEntry();
  }

  #endEntry(): void {
    if (!this.#inEntry) return;
    if (this.#runs !== undefined && this.error === undefined) this.#holeUpTo(this.#entry.sizeBytes);
    // The last hole may have been one too many, and the member was ended then.
    if (!this.#inEntry) return;
    this.#inEntry = false;
    this.#mode = 'header';
    this.#handler.entryEnd();
  }

  #metaDone(): void {
    this.#mode = 'header';
    const bytes = Buffer.concat(this.#meta);
    this.#meta = [];
    if (this.#metaKind === typeFlag.gnuLongName) this.#longName = readText(bytes, 0, bytes.length);
    else if (this.#metaKind === typeFlag.gnuLongLink) this.#longLink = readText(bytes, 0, bytes.length);
    else {
      // Engines pass over global headers (Go hands them out as members of their own), so they change nothing here.
      if (this.#pax === noPax) this.#pax = {};
      const wrong = readPaxRecords(bytes, this.#metaKind === typeFlag.paxGlobal ? {} : this.#pax);
      if (wrong !== undefined) this.#fail(wrong);
    }
  }

  // --- sparse files -------------------------------------------------------------------------------------------------

  #useRuns(numbers: readonly number[], storedBytes: number): boolean {
    const runs = checkedRuns(numbers, this.#entry.sizeBytes, storedBytes);
    if (runs === undefined) this.#fail(`the sparse map of "${this.#entry.name}" contradicts its size`);
    else this.#runs = runs;
    return runs !== undefined;
  }

  #nextRun(index: number): void {
    this.#runIndex = index;
    this.#runLeft = this.#runs?.[index]?.length ?? 0;
  }

  #sparseData(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && this.error === undefined) {
      const run = this.#runs?.[this.#runIndex];
      if (run === undefined) return;
      if (this.#runLeft === run.length) this.#holeUpTo(run.offset);
      const take = Math.min(this.#runLeft, bytes.length - at);
      this.#handler.data(bytes.subarray(at, at + take));
      this.#position += take;
      this.#runLeft -= take;
      at += take;
      if (this.#runLeft === 0) this.#nextRun(this.#runIndex + 1);
    }
  }

  #holeUpTo(offset: number): void {
    this.#holes += Math.max(0, offset - this.#position);
    if (this.#holes > this.#limits.holeBytes)
      return this.#fail(`sparse files stand for more than ${this.#limits.holeBytes} zero bytes`);
    while (this.#position < offset) {
      const take = Math.min(zeros.length, offset - this.#position);
      this.#handler.data(take === zeros.length ? zeros : zeros.subarray(0, take));
      this.#position += take;
    }
  }

  /** Old GNU format: four runs in the header at 386, more in extension blocks, the real size at 483. */
  #oldSparse(block: Buffer, storedBytes: number): void {
    this.#sparseNumbers = [];
    this.#entry.sizeBytes = readNumber(block, 483, 12);
    this.#collectRuns(block, 386, 4);
    if (block[482] === 1) {
      this.#position = storedBytes;
      this.#left = 0;
      this.#mode = 'sparse-extension';
    } else if (this.#useRuns(this.#sparseNumbers, storedBytes)) this.#startEntry(storedBytes);
  }

  #sparseExtension(block: Buffer): void {
    this.#collectRuns(block, 0, 21);
    if (this.#sparseNumbers.length * 12 > this.#limits.headerBytes)
      return this.#fail(`the sparse map of "${this.#entry.name}" is over the limit`);
    if (block[504] === 1) return;
    this.#mode = 'header';
    const storedBytes = this.#position;
    if (this.#useRuns(this.#sparseNumbers, storedBytes)) this.#startEntry(storedBytes);
  }

  #collectRuns(block: Buffer, at: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const offset = readNumber(block, at + i * 24, 12);
      const length = readNumber(block, at + i * 24 + 12, 12);
      if (offset === 0 && length === 0) continue;
      this.#sparseNumbers.push(offset, length);
    }
  }

  #paxSparse(sparse: NonNullable<PaxRecords['sparse']>, storedBytes: number): void {
    if (sparse.name !== undefined) this.#entry.name = sparse.name;
    if (sparse.realSize !== undefined) this.#entry.sizeBytes = sparse.realSize;
    if (!(this.#entry.sizeBytes >= 0)) return this.#fail(`"${this.#entry.name}" has a size that is no number`);
    if (sparse.major === '1' && sparse.minor === '0') {
      // Format 1.0: the map stands in text before the data, padded to a block.
      this.#sparseNumbers = [];
      this.#mapText = '';
      this.#position = storedBytes;
      this.#begin('sparse-map', storedBytes);
      return;
    }
    if (sparse.map === undefined) return this.#startEntry(storedBytes);
    if (this.#useRuns(sparse.map, storedBytes)) this.#startEntry(storedBytes);
  }

  /** Takes bytes of a format 1.0 map; when the map is whole, the rest of the member is data. */
  #sparseMap(bytes: Buffer): void {
    // The map is read block by block, since it is padded to one: push() hands over whatever has come.
    this.#mapText += bytes.toString('latin1');
    const lines = this.#mapText.split('\n');
    const count = Number(lines[0]);
    if (count < 0 || (this.#mapText.length > this.#limits.headerBytes && !(lines.length > count * 2 + 1)))
      return this.#fail(`the sparse map of "${this.#entry.name}" is over the limit`);
    if (lines.length <= 1 || !(lines.length > count * 2 + 1)) return;
    const numbers = lines.slice(1, 1 + count * 2).map(Number);
    const mapBytes = lines.slice(0, 1 + count * 2).reduce((sum, line) => sum + line.length + 1, 0);
    const padded = Math.ceil(mapBytes / blockBytes) * blockBytes;
    if (this.#mapText.length < padded) return;
    const stored = this.#position;
    const rest = Buffer.from(this.#mapText.slice(padded), 'latin1');
    this.#mapText = '';
    if (!this.#useRuns(numbers, stored - padded)) return;
    const left = this.#left;
    const padding = this.#padding;
    this.#startEntry(stored - padded);
    this.#left = left;
    this.#padding = padding;
    if (rest.length > 0) this.#sparseData(rest);
  }
}
