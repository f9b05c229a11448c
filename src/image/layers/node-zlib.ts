import zlib from 'node:zlib';
import type { Decompressor, OutputWatch } from './decompressor.ts';
import type { RawInflater } from './gzip-members.ts';
import { layerUnreadable } from './layer-unreadable.ts';

/** What Node's zlib streams keep inside: the binding, and two counters that it leaves behind. */
interface ZlibInside {
  readonly _handle: {
    writeSync(
      flush: number,
      input: Buffer,
      inputAt: number,
      inputLeft: number,
      output: Buffer,
      outputAt: number,
      outputLeft: number,
    ): void;
    reset(): void;
    onerror: (message: string, code: number, name: string) => void;
  };
  readonly _writeState: Uint32Array;
  close(): void;
}

/**
 * Node's own zlib, driven synchronously through the binding under its streams: the streams allocate a new buffer for
 * every piece of output, which costs a third of the speed and 100 MB of memory on large layers.
 */
class ZlibBinding {
  readonly #inside: ZlibInside;
  readonly #packing: 'gzip' | 'zstd';
  readonly #output: () => Buffer;
  #error: string | undefined;
  /** Bytes that the last call took. */
  used = 0;
  /** Whether the last call filled its output: then there may be more without more input. */
  isFull = false;

  constructor(stream: unknown, packing: 'gzip' | 'zstd', output: () => Buffer) {
    this.#inside = stream as ZlibInside;
    this.#packing = packing;
    this.#output = output;
    this.#inside._handle.onerror = (message) => {
      this.#error = message;
    };
  }

  /** One call of the library; gives the plain bytes, none perhaps. */
  write(flush: number, packed: Buffer, at: number): Buffer {
    const { _handle: handle, _writeState: state } = this.#inside;
    const output = this.#output();
    const left = packed.length - at;
    handle.writeSync(flush, packed, at, left, output, 0, output.length);
    if (this.#error !== undefined) throw layerUnreadable(this.#packing, this.#error);
    this.used = left - state[1]!;
    this.isFull = state[0] === 0;
    return output.subarray(0, output.length - state[0]!);
  }

  reset(): void {
    this.#inside._handle.reset();
  }

  close(): void {
    this.#inside.close();
  }
}

/** zlib as an inflater of single deflate streams: without gzip around them it spares the CRC. */
export class ZlibInflater implements RawInflater {
  readonly #binding: ZlibBinding;

  constructor(output: () => Buffer) {
    this.#binding = new ZlibBinding(zlib.createInflateRaw({ chunkSize: 1 << 16 }), 'gzip', output);
  }

  begin(): void {
    this.#binding.reset();
  }

  inflate(packed: Buffer, from: number, sink: (plain: Buffer) => void): { at: number; early?: Buffer } {
    const binding = this.#binding;
    let at = from;
    for (;;) {
      const plain = binding.write(zlib.constants.Z_NO_FLUSH, packed, at);
      at += binding.used;
      if (plain.length > 0) sink(plain);
      if (binding.isFull) continue;
      // zlib leaves input behind only at a stream's end.
      return at < packed.length ? { at, early: nothing } : { at };
    }
  }

  close(): void {
    this.#binding.close();
  }
}

const nothing = Buffer.alloc(0);

/** zstd frames (RFC 8878), one after another. */
export class ZstdDecompressor implements Decompressor {
  readonly #binding: ZlibBinding;
  readonly #watch: OutputWatch;

  constructor(watch: OutputWatch, output: () => Buffer) {
    const params = { [zlib.constants.ZSTD_d_windowLogMax]: 27 };
    this.#binding = new ZlibBinding(zlib.createZstdDecompress({ chunkSize: 1 << 16, params }), 'zstd', output);
    this.#watch = watch;
  }

  push(packed: Buffer, sink: (plain: Buffer) => void): void {
    this.#watch.in += packed.length;
    this.#write(packed, zlib.constants.ZSTD_e_continue, sink);
  }

  end(sink: (plain: Buffer) => void): void {
    if (this.#watch.in === 0) throw layerUnreadable('zstd', 'the stream is empty');
    this.#write(nothing, zlib.constants.ZSTD_e_end, sink);
  }

  close(): void {
    this.#binding.close();
  }

  #write(packed: Buffer, flush: number, sink: (plain: Buffer) => void): void {
    const binding = this.#binding;
    let at = 0;
    for (;;) {
      const plain = binding.write(flush, packed, at);
      at += binding.used;
      if (plain.length > 0) {
        this.#watch.made(plain.length);
        sink(plain);
      }
      // Output to come, or a frame is over and the next one begins.
      if (binding.isFull || (at < packed.length && binding.used > 0)) continue;
      return;
    }
  }
}
