import zlib from 'node:zlib';
import { CodedError } from '../../model/index.ts';

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

export const defaultDecompressLimits: DecompressLimits = { outputBytes: 64 * 2 ** 30, ratio: 200 };

const plainBytes = 1 << 20;

/** A decompressor for the packing. Throws CodedError `layer-unreadable` on bytes that are no such stream. */
export function decompressor(packing: Packing, limits: DecompressLimits = defaultDecompressLimits): Decompressor {
  return packing === 'none' ? passThrough(limits) : new ZlibDecompressor(packing, limits);
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
  readonly #limits: DecompressLimits;
  readonly #output = Buffer.allocUnsafeSlow(plainBytes);
  readonly #final: number;
  #error: string | undefined;
  #in = 0;
  #out = 0;

  constructor(packing: 'gzip' | 'zstd', limits: DecompressLimits) {
    const stream =
      packing === 'gzip'
        ? zlib.createGunzip({ chunkSize: 1 << 16 })
        : zlib.createZstdDecompress({ chunkSize: 1 << 16, params: { [zlib.constants.ZSTD_d_windowLogMax]: 27 } });
    this.#inside = stream as unknown as ZlibInside;
    this.#packing = packing;
    this.#limits = limits;
    this.#final = packing === 'gzip' ? zlib.constants.Z_FINISH : zlib.constants.ZSTD_e_end;
    this.#inside._handle.onerror = (message) => {
      this.#error = message;
    };
  }

  push(packed: Buffer, sink: (plain: Buffer) => void): void {
    this.#in += packed.length;
    this.#write(packed, this.#packing === 'gzip' ? zlib.constants.Z_NO_FLUSH : zlib.constants.ZSTD_e_continue, sink);
  }

  end(sink: (plain: Buffer) => void): void {
    if (this.#in === 0) throw unreadable(this.#packing, 'the stream is empty');
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
      handle.writeSync(flush, packed, at, left, this.#output, 0, plainBytes);
      if (this.#error !== undefined) throw unreadable(this.#packing, this.#error);
      const made = plainBytes - state[0]!;
      const remaining = state[1]!;
      const used = left - remaining;
      at += used;
      left = remaining;
      if (made > 0) {
        this.#out += made;
        if (this.#out > this.#limits.outputBytes) throw tooLarge(this.#limits.outputBytes);
        if (this.#out > 2 * 2 ** 30 && this.#out > this.#in * this.#limits.ratio) throw bomb(this.#in, this.#out);
        sink(this.#output.subarray(0, made));
      }
      // All output room used: there may be more without more input. A zstd frame is over: the next one begins.
      if (state[0] === 0 || (this.#packing === 'zstd' && left > 0 && used > 0)) continue;
      return;
    }
  }
}

function unreadable(packing: Packing, why: string): CodedError {
  return new CodedError('layer-unreadable', `the layer is not a whole ${packing} stream: ${why}`, {
    hint: 'pull or save the image again',
  });
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
