import zlib from 'node:zlib';
import { CodedError } from '../../model/index.ts';
import { layerUnreadable } from './layer-unreadable.ts';
import { IsalDecompressor, loadIsal } from './isal.ts';

/** How a layer's bytes are packed, told by their first bytes and not by what the manifest says. */
export type Packing = 'gzip' | 'zstd' | 'none';

export function packingOf(head: Uint8Array): Packing {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  // A zstd skippable frame (RFC 8878 § 3.1.2), as zstd:chunked writes it.
  if (head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18 && (head[0]! & 0xf0) === 0x50) return 'zstd';
  return 'none';
}

/** Takes packed bytes in pieces and hands on plain ones at once, from a buffer that the next call uses again. */
export interface Decompressor {
  push(packed: Buffer, sink: (plain: Buffer) => void): void;
  /** Says that no more comes; throws where the stream is cut short. */
  end(sink: (plain: Buffer) => void): void;
  close(): void;
}

export interface DecompressLimits {
  /** Plain bytes of a layer at most. */
  readonly outputBytes: number;
  /** Past 2 GiB of plain bytes: how many plain bytes one packed byte may give. */
  readonly ratio: number;
}

const defaultDecompressLimits: DecompressLimits = { outputBytes: 64 * 2 ** 30, ratio: 200 };

/** Plain bytes handed on at once, at most. */
const plainBytes = 1 << 18;

export interface DecompressOptions {
  readonly limits?: DecompressLimits;
  /** Where the next plain bytes go; asked again once the last ones were handed on. */
  readonly output?: () => Buffer;
  /** gzip by ISA-L where this machine has it. Whoever asks for it must verify the plain bytes and fall back. */
  readonly native?: boolean;
}

/** A decompressor for the packing. Throws CodedError `layer-unreadable` on bytes that are no such stream. */
export function decompressor(packing: Packing, options: DecompressOptions = {}): Decompressor {
  const { limits = defaultDecompressLimits, native = false } = options;
  if (packing === 'none') return passThrough(limits);
  const output = options.output ?? sameBuffer();
  const isal = native && packing === 'gzip' ? loadIsal() : undefined;
  const watch = new OutputWatch(limits);
  return isal === undefined ? new ZlibDecompressor(packing, watch, output) : new IsalDecompressor(isal, watch, output);
}

function sameBuffer(): () => Buffer {
  const buffer = Buffer.allocUnsafeSlow(plainBytes);
  return () => buffer;
}

/** Counts what goes in and comes out and stops what never ends. */
class OutputWatch {
  in = 0;
  #out = 0;
  readonly #limits: DecompressLimits;

  constructor(limits: DecompressLimits) {
    this.#limits = limits;
  }

  /** Throws CodedError `layer-too-large` or `decompression-bomb`. */
  made(bytes: number): void {
    this.#out += bytes;
    const { outputBytes, ratio } = this.#limits;
    if (this.#out > outputBytes) throw tooLarge(outputBytes);
    if (this.#out > 2 * 2 ** 30 && this.#out > this.in * ratio) throw bomb(this.in, this.#out);
  }
}

function passThrough(limits: DecompressLimits): Decompressor {
  let output = 0;
  return {
    push(packed, sink) {
      output += packed.length;
      if (output > limits.outputBytes) throw tooLarge(limits.outputBytes);
      sink(packed);
    },
    end() {},
    close() {},
  };
}

/** What Node's zlib streams keep inside: the binding, and two counters that it leaves behind. */
interface ZlibInside {
  readonly _handle: {
    writeSync(
      flush: number,
      input: Buffer | null,
      inputAt: number,
      inputLeft: number,
      output: Buffer,
      outputAt: number,
      outputLeft: number,
    ): void;
    onerror: (message: string, code: number, name: string) => void;
  };
  readonly _writeState: Uint32Array;
  close(): void;
}

/**
 * Node's own zlib, driven synchronously through the binding under its streams: the streams allocate a new buffer for
 * every piece of output, which costs a third of the speed and 100 MB of memory on large layers. test/layers checks that
 * the binding still behaves; `supported` tells where it does not exist.
 */
class ZlibDecompressor implements Decompressor {
  readonly #inside: ZlibInside;
  readonly #packing: Packing;
  readonly #watch: OutputWatch;
  readonly #output: () => Buffer;
  readonly #final: number;
  #error: string | undefined;

  constructor(packing: 'gzip' | 'zstd', watch: OutputWatch, output: () => Buffer) {
    const stream =
      packing === 'gzip'
        ? zlib.createGunzip({ chunkSize: 1 << 16 })
        : zlib.createZstdDecompress({ chunkSize: 1 << 16, params: { [zlib.constants.ZSTD_d_windowLogMax]: 27 } });
    this.#inside = stream as unknown as ZlibInside;
    this.#packing = packing;
    this.#watch = watch;
    this.#output = output;
    this.#final = packing === 'gzip' ? zlib.constants.Z_FINISH : zlib.constants.ZSTD_e_end;
    this.#inside._handle.onerror = (message) => {
      this.#error = message;
    };
  }

  push(packed: Buffer, sink: (plain: Buffer) => void): void {
    this.#watch.in += packed.length;
    this.#write(packed, this.#packing === 'gzip' ? zlib.constants.Z_NO_FLUSH : zlib.constants.ZSTD_e_continue, sink);
  }

  end(sink: (plain: Buffer) => void): void {
    if (this.#watch.in === 0) throw layerUnreadable(this.#packing, 'the stream is empty');
    this.#write(Buffer.alloc(0), this.#final, sink);
  }

  close(): void {
    this.#inside.close();
  }

  #write(packed: Buffer, flush: number, sink: (plain: Buffer) => void): void {
    const { _handle: handle, _writeState: state } = this.#inside;
    let at = 0;
    let left = packed.length;
    for (;;) {
      const output = this.#output();
      handle.writeSync(flush, packed, at, left, output, 0, output.length);
      if (this.#error !== undefined) throw layerUnreadable(this.#packing, this.#error);
      const made = output.length - state[0]!;
      const remaining = state[1]!;
      const used = left - remaining;
      at += used;
      left = remaining;
      if (made > 0) {
        this.#watch.made(made);
        sink(output.subarray(0, made));
      }
      // All output room used: there may be more without more input. A zstd frame is over: the next one begins.
      if (state[0] === 0 || (this.#packing === 'zstd' && left > 0 && used > 0)) continue;
      return;
    }
  }
}

function tooLarge(limitBytes: number): CodedError {
  return new CodedError('layer-too-large', `the layer holds more than ${limitBytes} bytes`);
}

function bomb(packedBytes: number, plain: number): CodedError {
  return new CodedError(
    'decompression-bomb',
    `the layer's ${packedBytes} bytes unpack to more than ${plain}, as decompression bombs do`,
  );
}
