import { constants, createZstdCompress, createZstdDecompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ZlibBinding } from './zlib-binding.ts';

/** What we keep is ours; the bound is there for what was damaged. */
const largestBytes = 256 << 20;
/** Nearly all fit. */
const usualBytes = 1 << 20;
/** The fastest that still finds what repeats far apart. */
const level = { [constants.ZSTD_c_compressionLevel]: 1 };

/**
 * Packs and unpacks many small texts, each a zstd frame (RFC 8878) of its own. One context and one buffer for all of them
 * (docs/decisions/0003): to make both anew for each takes three to nine times as long as the work. What does not come out whole is
 * left to Node's functions for one text; `zstdDecompressSync` says what is wrong with it.
 */
class FrameCodec {
  readonly #output = Buffer.allocUnsafeSlow(usualBytes);
  #binding: ZlibBinding | undefined;
  #packer: ZlibBinding | undefined;

  pack(plain: Buffer): Buffer {
    const binding = (this.#packer ??= new ZlibBinding(createZstdCompress({ params: level }), () => this.#output));
    const packed = binding.write(constants.ZSTD_e_end, plain, 0);
    if (binding.used === plain.length && !binding.isFull && binding.error === undefined) return Buffer.from(packed);
    binding.close();
    this.#packer = undefined;
    return zstdCompressSync(plain, { params: level });
  }

  /** The plain bytes, until the next call. */
  unpack(packed: Buffer): Buffer {
    if (!isWholeFrame(packed)) return zstdDecompressSync(packed, { maxOutputLength: largestBytes });
    const binding = (this.#binding ??= new ZlibBinding(createZstdDecompress(), () => this.#output));
    const plain = binding.write(constants.ZSTD_e_end, packed, 0);
    if (binding.used === packed.length && !binding.isFull && binding.error === undefined) return plain;
    // Larger than usual, or refused: of no use for the next one.
    binding.close();
    this.#binding = undefined;
    return zstdDecompressSync(packed, { maxOutputLength: largestBytes });
  }
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

const codec = new FrameCodec();

/** Text as one zstd frame. */
export function packFrame(text: string): Buffer {
  return codec.pack(Buffer.from(text));
}

/**
 * The plain bytes of a frame: they lie where those of the next one will.
 * @throws Error of zlib for what is damaged.
 */
export function unpackFrame(packed: Buffer): Buffer {
  return codec.unpack(packed);
}
