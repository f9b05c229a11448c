import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import { GzipDecompressor, type RawInflater } from './gzip-members.ts';
import { layerUnreadable } from './layer-unreadable.ts';

/**
 * Inflating by Intel's ISA-L, where the machine has the library and koffi can reach it: faster than Node's zlib. The
 * places in its state are known from its header file and a probe only; so it serves readers that verify the plain bytes
 * themselves and read again with zlib where they are not the right ones.
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
  const reader = new GzipDecompressor(new IsalInflater(isal, () => output), { in: 0, made: () => undefined });
  for (let at = 0; at < packed.length; at += 5_000) reader.push(packed.subarray(at, at + 5_000), sink);
  reader.end();
  return Buffer.concat(pieces).equals(plain);
}

/** ISA-L as an inflater of single deflate streams. */
export class IsalInflater implements RawInflater {
  readonly #isal: Isal;
  readonly #output: () => Buffer;
  readonly #state = new ArrayBuffer(stateBytes);
  readonly #words = new Uint32Array(this.#state);
  readonly #longs = new BigUint64Array(this.#state);
  readonly #stateAt: bigint;
  readonly #small = Buffer.allocUnsafeSlow(steadyBytes);
  #inputBuffer: ArrayBufferLike | undefined;
  #inputStart = 0n;
  #outputBuffer: ArrayBufferLike | undefined;
  #outputStart = 0n;

  constructor(isal: Isal, output: () => Buffer) {
    this.#isal = isal;
    this.#output = output;
    this.#stateAt = isal.address(new Uint8Array(this.#state));
  }

  begin(): void {
    this.#isal.init(this.#stateAt);
  }

  inflate(packed: Buffer, from: number, sink: (plain: Buffer) => void): { at: number; early?: Buffer } {
    const words = this.#words;
    const inputAt = this.#addressOf(packed);
    let at = from;
    for (;;) {
      const output = this.#output();
      if (output.buffer !== this.#outputBuffer) {
        this.#outputBuffer = output.buffer;
        this.#outputStart = this.#isal.address(output) - BigInt(output.byteOffset);
      }
      this.#longs[nextOut >> 1] = this.#outputStart + BigInt(output.byteOffset);
      words[availOut] = output.length;
      this.#longs[nextIn >> 1] = inputAt + BigInt(at);
      words[availIn] = packed.length - at;
      const result = this.#isal.inflate(this.#stateAt);
      const made = output.length - words[availOut];
      const left = words[availIn]!;
      if (result !== 0 || made < 0 || made > output.length || left > packed.length - at)
        throw layerUnreadable('gzip', `ISA-L stops with ${result}`);
      const used = packed.length - at - left;
      at += used;
      if (made > 0) sink(output.subarray(0, made));
      if (words[blockState] === blockFinish) return { at, early: this.#takenEarly() };
      if (words[availOut] === 0) continue;
      if (left === 0) return { at };
      if (used === 0 && made === 0) throw layerUnreadable('gzip', 'ISA-L makes no progress');
    }
  }

  close(): void {}

  /** Small arrays may lie where the garbage collector moves them, and then an address says nothing: they are copied. */
  #addressOf(packed: Buffer): bigint {
    let input = packed;
    if (packed.length < steadyBytes) {
      packed.copy(this.#small);
      input = this.#small;
    }
    if (input.buffer !== this.#inputBuffer) {
      this.#inputBuffer = input.buffer;
      this.#inputStart = this.#isal.address(input) - BigInt(input.byteOffset);
    }
    return this.#inputStart + BigInt(input.byteOffset);
  }

  /** Whole bytes behind the stream's end that are in the bit buffer already. */
  #takenEarly(): Buffer {
    const bits = this.#words[readInLength]!;
    let early = this.#longs[readIn >> 1]! >> BigInt(bits & 7);
    const bytes = Buffer.alloc(bits >> 3);
    if (bytes.length > 8) throw layerUnreadable('gzip', 'ISA-L took too much');
    for (let i = 0; i < bytes.length; i++, early >>= 8n) bytes[i] = Number(early & 255n);
    return bytes;
  }
}
