import { CodedError } from '../../model/index.ts';

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

/** Counts what goes in and comes out and stops what never ends. */
export class OutputWatch {
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

function tooLarge(limitBytes: number): CodedError {
  return new CodedError('layer-too-large', `the layer holds more than ${limitBytes} bytes`);
}

function bomb(packedBytes: number, plain: number): CodedError {
  return new CodedError(
    'decompression-bomb',
    `the layer's ${packedBytes} bytes unpack to more than ${plain}, as decompression bombs do`,
  );
}
