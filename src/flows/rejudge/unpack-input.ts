import { constants, createZstdDecompress, zstdDecompressSync } from 'node:zlib';

/** Kept inputs are ours; the bound is there for what was damaged. */
const largestBytes = 256 << 20;
/** Nearly all fit. */
const usualBytes = 1 << 20;

/** What a stream of Node's keeps inside: the binding, and two counters that it leaves behind (docs/decisions/0003). */
interface ZstdInside {
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
    onerror: () => void;
  };
  readonly _writeState: Uint32Array;
  close(): void;
}

/** A context of zstd, and whether it refused what it was given. */
interface Context {
  readonly inside: ZstdInside;
  isRefused: boolean;
}

/**
 * Unpacks what is kept to judge images by. One context and one buffer for all of them: to make both anew for each takes three times
 * as long as unpacking. What does not come out whole is left to `zstdDecompressSync`, which says what is wrong with it.
 */
class InputUnpacker {
  readonly #output = Buffer.allocUnsafeSlow(usualBytes);
  #context: Context | undefined;

  /** The plain bytes, until the next call. */
  unpack(packed: Buffer): Buffer {
    if (!isWholeFrame(packed)) return zstdDecompressSync(packed, { maxOutputLength: largestBytes });
    const context = (this.#context ??= begin());
    const { inside } = context;
    inside._handle.writeSync(constants.ZSTD_e_end, packed, 0, packed.length, this.#output, 0, usualBytes);
    const [free, unread] = inside._writeState;
    if (unread === 0 && free! > 0 && !context.isRefused) return this.#output.subarray(0, usualBytes - free!);
    // Larger than usual, or refused: of no use for the next one.
    inside.close();
    this.#context = undefined;
    return zstdDecompressSync(packed, { maxOutputLength: largestBytes });
  }
}

function begin(): Context {
  const context: Context = { inside: createZstdDecompress() as unknown as ZstdInside, isRefused: false };
  context.inside._handle.onerror = () => void (context.isRefused = true);
  return context;
}

/** Whether that is one zstd frame from its first byte to its last, going by its blocks' lengths (RFC 8878, 3.1.1). */
function isWholeFrame(frame: Buffer): boolean {
  if (frame.length < 6 || frame.readUInt32LE(0) !== 0xfd2fb528) return false;
  const descriptor = frame[4]!;
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  let at = 5 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]! + sizeBytes;
  for (let isLast = false; !isLast;) {
    if (at + 3 > frame.length) return false;
    const block = frame.readUIntLE(at, 3);
    isLast = (block & 1) !== 0;
    // One that repeats a byte holds it once.
    at += 3 + ((block & 6) === 2 ? 1 : block >> 3);
  }
  return at + ((descriptor & 4) !== 0 ? 4 : 0) === frame.length;
}

const unpacker = new InputUnpacker();

/**
 * The plain bytes of a kept input: they lie where those of the next one will.
 * @throws Error of zlib for what is damaged.
 */
export function unpackInput(packed: Buffer): Buffer {
  return unpacker.unpack(packed);
}
