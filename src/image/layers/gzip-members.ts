import type { Decompressor, OutputWatch } from './decompressor.ts';
import { layerUnreadable } from './layer-unreadable.ts';

/** Inflates one deflate stream (RFC 1951) after another. */
export interface RawInflater {
  /** A new stream begins. */
  begin(): void;
  /**
   * Inflates from that place of the piece on. Gives how far it came; `early`, bytes behind the stream's end that were
   * taken in before that place, only (and then always) when the stream has ended.
   */
  inflate(
    packed: Buffer,
    from: number,
    sink: (plain: Buffer) => void,
  ): { readonly at: number; readonly early?: Buffer };
  close(): void;
}

/** Where in a gzip member (RFC 1952 § 2.3) the reader stands. */
type Stage = 'magic' | 'extra-length' | 'extra' | 'name' | 'comment' | 'header-crc' | 'deflate' | 'trailer' | 'padding';

/**
 * Unpacks gzip of any number of members, as zlib does: zeros behind the last one are passed over. Lengths are checked,
 * CRCs are not: whoever reads a layer verifies its plain bytes by SHA-256, and a CRC beside it costs a sixth of the speed.
 */
export class GzipDecompressor implements Decompressor {
  readonly #inflater: RawInflater;
  readonly #watch: Pick<OutputWatch, 'in' | 'made'>;
  #stage: Stage = 'magic';
  /** Bytes of the fixed part at hand, and how many of it are there. */
  readonly #fixed = Buffer.alloc(10);
  #fill = 0;
  #flags = 0;
  #extraLeft = 0;
  #memberBytes = 0;
  #members = 0;

  constructor(inflater: RawInflater, watch: Pick<OutputWatch, 'in' | 'made'>) {
    this.#inflater = inflater;
    this.#watch = watch;
  }

  push(packed: Buffer, sink: (plain: Buffer) => void): void {
    this.#watch.in += packed.length;
    const counted = (plain: Buffer): void => {
      this.#memberBytes += plain.length;
      this.#watch.made(plain.length);
      sink(plain);
    };
    for (let at = 0; at < packed.length;) {
      if (this.#stage !== 'deflate') {
        at = this.#wrapper(packed, at);
        continue;
      }
      const { at: reached, early } = this.#inflater.inflate(packed, at, counted);
      at = reached;
      if (early === undefined) continue;
      this.#stage = 'trailer';
      this.#fill = 0;
      for (let i = 0; i < early.length;) i = this.#wrapper(early, i);
    }
  }

  /** Says that no more comes; throws where the stream is cut short. */
  end(): void {
    if (this.#stage === 'padding' || (this.#stage === 'magic' && this.#fill === 0 && this.#members > 0)) return;
    throw layerUnreadable('gzip', 'unexpected end of file');
  }

  close(): void {
    this.#inflater.close();
  }

  /** Reads headers and trailers; gives how far it came: to the end, or to the first byte of a deflate stream. */
  #wrapper(bytes: Buffer, from: number): number {
    const end = bytes.length;
    let at = from;
    while (at < end && this.#stage !== 'deflate') {
      switch (this.#stage) {
        case 'magic':
          if (this.#fill === 0 && this.#members > 0 && bytes[at] === 0) this.#stage = 'padding';
          else if (this.#gather(bytes[at++]!, 10)) this.#header();
          break;
        case 'extra-length':
          if (!this.#gather(bytes[at++]!, 2)) break;
          this.#extraLeft = this.#fixed.readUInt16LE(0);
          if (this.#extraLeft === 0) this.#next(4);
          else this.#stage = 'extra';
          break;
        case 'extra': {
          const skip = Math.min(this.#extraLeft, end - at);
          at += skip;
          this.#extraLeft -= skip;
          if (this.#extraLeft === 0) this.#next(4);
          break;
        }
        case 'name':
          if (bytes[at++] === 0) this.#next(8);
          break;
        case 'comment':
          if (bytes[at++] === 0) this.#next(16);
          break;
        case 'header-crc':
          if (this.#gather(bytes[at++]!, 2)) this.#next(2);
          break;
        case 'trailer':
          if (!this.#gather(bytes[at++]!, 8)) break;
          if (this.#fixed.readUInt32LE(4) !== this.#memberBytes % 2 ** 32)
            throw layerUnreadable('gzip', 'incorrect length check');
          this.#members++;
          this.#stage = 'magic';
          break;
        case 'padding':
          at = end;
      }
    }
    return at;
  }

  /** Adds a byte to the fixed part; true when that is whole. */
  #gather(byte: number, length: number): boolean {
    this.#fixed[this.#fill++] = byte;
    if (this.#fill < length) return false;
    this.#fill = 0;
    return true;
  }

  #header(): void {
    if (this.#fixed[0] !== 0x1f || this.#fixed[1] !== 0x8b) throw layerUnreadable('gzip', 'incorrect header check');
    if (this.#fixed[2] !== 8 || this.#fixed[3]! & 0xe0) throw layerUnreadable('gzip', 'unknown compression method');
    this.#flags = this.#fixed[3]!;
    this.#next(0);
  }

  /** Goes on behind the optional part of that flag: extra 4, name 8, comment 16, header CRC 2. */
  #next(after: 0 | 4 | 8 | 16 | 2): void {
    const flags = this.#flags;
    if (after < 4 && after !== 2 && flags & 4) this.#stage = 'extra-length';
    else if (after < 8 && after !== 2 && flags & 8) this.#stage = 'name';
    else if (after < 16 && after !== 2 && flags & 16) this.#stage = 'comment';
    else if (after !== 2 && flags & 2) this.#stage = 'header-crc';
    else {
      this.#stage = 'deflate';
      this.#memberBytes = 0;
      this.#inflater.begin();
    }
  }
}
