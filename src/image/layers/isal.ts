import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import { layerUnreadable } from './layer-unreadable.ts';

/**
 * gzip by Intel's ISA-L, where the machine has the library and koffi can reach it: a third faster than Node's zlib. It
 * does not check the CRC, and the places in its state are known from its header file and a probe only; so it serves
 * readers that verify the plain bytes themselves and read again with zlib where they are not the right ones.
 */

/** The library's two functions; each takes the address of a state. */
export interface Isal {
  init(state: bigint): void;
  inflate(state: bigint): number;
  address(bytes: Uint8Array): bigint;
}

/** The parts of koffi that are used. */
interface Koffi {
  load(name: string): { func(prototype: string): (...values: unknown[]) => unknown };
  address(value: unknown): bigint;
}

/** What the decompressor tells of its work; throws when there is too much. */
interface Watch {
  in: number;
  made(bytes: number): void;
}

// `struct inflate_state` (isa-l 2.20–2.31, igzip_lib.h), as 32-bit words; the whole takes 87,368 bytes.
const nextOut = 0;
const availOut = 2;
const nextIn = 4;
const readIn = 6;
const availIn = 8;
const readInLength = 9;
const blockState = 5290;
const blockFinish = 5;
/** Ample, so that a version with more in its state does not write past it. */
const stateBytes = 1 << 18;
/** Arrays of at least so many bytes stay where they are. */
const steadyBytes = 4096;

let loaded: Isal | null | undefined;

/** The library, if it is here and unpacks a known stream; undefined otherwise. Looked for once a thread. */
export function loadIsal(): Isal | undefined {
  if (loaded === undefined) loaded = load() ?? null;
  return loaded ?? undefined;
}

function load(): Isal | undefined {
  try {
    if (process.platform !== 'linux') return undefined;
    // An optional dependency: it may be missing, and the bundle never holds it.
    const koffi = createRequire(import.meta.url)('koffi') as Koffi;
    const library = koffi.load('libisal.so.2');
    const init = library.func('void isal_inflate_init(void *state)');
    const inflate = library.func('int isal_inflate(void *state)');
    const isal: Isal = {
      init: (state) => void init(state),
      inflate: (state) => inflate(state) as number,
      address: (bytes) => koffi.address(bytes),
    };
    return unpacksKnownStream(isal) ? isal : undefined;
  } catch {
    return undefined;
  }
}

function unpacksKnownStream(isal: Isal): boolean {
  const plain = Buffer.alloc(40_000);
  for (let i = 0; i < plain.length; i++) plain[i] = (i * i) >> (i & 7);
  const packed = Buffer.concat([zlib.gzipSync(plain.subarray(0, 30_000)), zlib.gzipSync(plain.subarray(30_000))]);
  const output = Buffer.allocUnsafeSlow(4096);
  const pieces: Buffer[] = [];
  const sink = (bytes: Buffer): void => void pieces.push(Buffer.from(bytes));
  const reader = new IsalDecompressor(isal, { in: 0, made: () => undefined }, () => output);
  for (let at = 0; at < packed.length; at += 5_000) reader.push(packed.subarray(at, at + 5_000), sink);
  reader.end();
  return Buffer.concat(pieces).equals(plain);
}

/** Where in a gzip member (RFC 1952 § 2.3) the reader stands. */
type Stage = 'magic' | 'extra-length' | 'extra' | 'name' | 'comment' | 'header-crc' | 'deflate' | 'trailer' | 'padding';

/** Unpacks gzip of any number of members, as zlib does: zeros behind the last one are passed over. */
export class IsalDecompressor {
  readonly #isal: Isal;
  readonly #watch: Watch;
  readonly #output: () => Buffer;
  readonly #state = new ArrayBuffer(stateBytes);
  readonly #words = new Uint32Array(this.#state);
  readonly #longs = new BigUint64Array(this.#state);
  readonly #stateAt: bigint;
  readonly #small = Buffer.allocUnsafeSlow(steadyBytes);
  #inputBuffer: ArrayBufferLike | undefined;
  #inputStart = 0n;
  #inputAt = 0n;
  #outputBuffer: ArrayBufferLike | undefined;
  #outputStart = 0n;
  #stage: Stage = 'magic';
  /** Bytes of the fixed part at hand, and how many of it are there. */
  readonly #fixed = Buffer.alloc(10);
  #fill = 0;
  #flags = 0;
  #extraLeft = 0;
  #memberBytes = 0;
  #members = 0;

  constructor(isal: Isal, watch: Watch, output: () => Buffer) {
    this.#isal = isal;
    this.#watch = watch;
    this.#output = output;
    this.#stateAt = isal.address(new Uint8Array(this.#state));
  }

  push(packed: Buffer, sink: (plain: Buffer) => void): void {
    this.#watch.in += packed.length;
    // Small arrays may lie where the garbage collector moves them, and then an address says nothing.
    let input = packed;
    if (packed.length < steadyBytes) {
      packed.copy(this.#small);
      input = this.#small;
    }
    if (input.buffer !== this.#inputBuffer) {
      this.#inputBuffer = input.buffer;
      this.#inputStart = this.#isal.address(input) - BigInt(input.byteOffset);
    }
    this.#inputAt = this.#inputStart + BigInt(input.byteOffset);
    for (let at = 0; at < packed.length;)
      at = this.#stage === 'deflate' ? this.#inflate(at, packed.length, sink) : this.#wrapper(input, at, packed.length);
  }

  /** Says that no more comes; throws where the stream is cut short. */
  end(): void {
    if (this.#stage === 'padding' || (this.#stage === 'magic' && this.#fill === 0 && this.#members > 0)) return;
    throw layerUnreadable('gzip', 'unexpected end of file');
  }

  close(): void {}

  /** Gives where the member's deflate stream ended in the input, or the input's end. */
  #inflate(from: number, count: number, sink: (plain: Buffer) => void): number {
    const words = this.#words;
    let at = from;
    for (;;) {
      const output = this.#output();
      if (output.buffer !== this.#outputBuffer) {
        this.#outputBuffer = output.buffer;
        this.#outputStart = this.#isal.address(output) - BigInt(output.byteOffset);
      }
      this.#longs[nextOut >> 1] = this.#outputStart + BigInt(output.byteOffset);
      words[availOut] = output.length;
      this.#longs[nextIn >> 1] = this.#inputAt + BigInt(at);
      words[availIn] = count - at;
      const result = this.#isal.inflate(this.#stateAt);
      const made = output.length - words[availOut];
      const left = words[availIn]!;
      if (result !== 0 || made < 0 || made > output.length || left > count - at)
        throw layerUnreadable('gzip', `ISA-L stops with ${result}`);
      const used = count - at - left;
      at += used;
      if (made > 0) {
        this.#memberBytes += made;
        this.#watch.made(made);
        sink(output.subarray(0, made));
      }
      if (words[blockState] === blockFinish) return this.#memberDone(at);
      if (words[availOut] === 0) continue;
      if (left === 0) return at;
      if (used === 0 && made === 0) throw layerUnreadable('gzip', 'ISA-L makes no progress');
    }
  }

  /** The deflate stream ended: bytes that were taken in too early are the first of the trailer. */
  #memberDone(at: number): number {
    this.#stage = 'trailer';
    this.#fill = 0;
    const bits = this.#words[readInLength]!;
    let early = this.#longs[readIn >> 1]! >> BigInt(bits & 7);
    const bytes = Buffer.alloc(bits >> 3);
    if (bytes.length > 8) throw layerUnreadable('gzip', 'ISA-L took too much');
    for (let i = 0; i < bytes.length; i++, early >>= 8n) bytes[i] = Number(early & 255n);
    for (let i = 0; i < bytes.length;) i = this.#wrapper(bytes, i, bytes.length);
    return at;
  }

  /** Reads headers and trailers; gives how far it came: to the end, or to the first byte of a deflate stream. */
  #wrapper(bytes: Buffer, from: number, end: number): number {
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
      this.#isal.init(this.#stateAt);
    }
  }
}
