import zlib from 'node:zlib';
import { ZlibBinding } from '../../formats/zlib-binding.ts';
import type { Decompressor, OutputWatch } from './decompressor.ts';
import type { RawInflater } from './gzip-members.ts';
import { layerUnreadable } from './layer-unreadable.ts';

/** zlib as an inflater of single deflate streams: without gzip around them it spares the CRC. */
export class ZlibInflater implements RawInflater {
  readonly #binding: ZlibBinding;

  constructor(output: () => Buffer) {
    this.#binding = new ZlibBinding(zlib.createInflateRaw({ chunkSize: 1 << 16 }), output);
  }

  begin(): void {
    this.#binding.reset();
  }

  inflate(packed: Buffer, from: number, sink: (plain: Buffer) => void): { at: number; early?: Buffer } {
    const binding = this.#binding;
    let at = from;
    for (;;) {
      const plain = binding.write(zlib.constants.Z_NO_FLUSH, packed, at);
      if (binding.error !== undefined) throw layerUnreadable('gzip', binding.error);
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
    this.#binding = new ZlibBinding(zlib.createZstdDecompress({ chunkSize: 1 << 16, params }), output);
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
      if (binding.error !== undefined) throw layerUnreadable('zstd', binding.error);
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
