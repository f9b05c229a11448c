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
export class ZlibBinding {
  readonly #inside: ZlibInside;
  readonly #output: () => Buffer;
  /** Why the library refused what it was given; such a binding is of no use any more. */
  error: string | undefined;
  /** Bytes that the last call took. */
  used = 0;
  /** Whether the last call filled its output: then there may be more without more input. */
  isFull = false;

  constructor(stream: unknown, output: () => Buffer) {
    this.#inside = stream as ZlibInside;
    this.#output = output;
    this.#inside._handle.onerror = (message) => {
      this.error = message;
    };
  }

  /** One call of the library; gives the plain bytes, none perhaps. Ask for `error` behind it. */
  write(flush: number, packed: Buffer, at: number): Buffer {
    const { _handle: handle, _writeState: state } = this.#inside;
    const output = this.#output();
    const left = packed.length - at;
    handle.writeSync(flush, packed, at, left, output, 0, output.length);
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
