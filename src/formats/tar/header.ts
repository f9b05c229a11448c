/**
 * One 512-byte tar header block: ustar (POSIX.1-1988), GNU and V7, as Go's archive/tar reads them, since that is what
 * container engines extract with.
 */

export const blockBytes = 512;

/** Type flags that matter (POSIX.1-2017 pax § ustar, GNU tar manual § Basic Tar Format). */
export const typeFlag = {
  file: 48,
  fileV7: 0,
  hardlink: 49,
  symlink: 50,
  characterDevice: 51,
  blockDevice: 52,
  directory: 53,
  fifo: 54,
  contiguous: 55,
  gnuLongName: 76,
  gnuLongLink: 75,
  gnuSparse: 83,
  paxNext: 120,
  paxGlobal: 103,
} as const;

/** Reads a number field: octal text, or base-256 when its first bit is set. NaN when it is neither. */
export function readNumber(block: Uint8Array, offset: number, length: number): number {
  const first = block[offset]!;
  if (first & 0x80) return readBase256(block, offset, length);
  let i = offset;
  const end = offset + length;
  while (i < end && (block[i] === 32 || block[i] === 0)) i++;
  let value = 0;
  for (; i < end; i++) {
    const byte = block[i]!;
    // A NUL ends the text; what follows it is padding of no meaning.
    if (byte === 0) return value;
    if (byte === 32) continue;
    if (byte < 48 || byte > 55 || (i > offset && block[i - 1] === 32 && value > 0)) return NaN;
    value = value * 8 + byte - 48;
  }
  return value;
}

/** GNU base-256: two's complement, big-endian, the top bit only marks the format. Negative and huge ones give NaN. */
function readBase256(block: Uint8Array, offset: number, length: number): number {
  if (block[offset]! & 0x40) return NaN;
  let value = block[offset]! & 0x3f;
  for (let i = offset + 1; i < offset + length; i++) {
    value = value * 256 + block[i]!;
    if (value > Number.MAX_SAFE_INTEGER) return NaN;
  }
  return value;
}

/** Whether the header's checksum is right, summed as unsigned or (old tars) signed bytes. */
export function checksumIsRight(block: Uint8Array): boolean {
  const stored = readNumber(block, 148, 8);
  if (unsignedSum(block) === stored) return true;
  let signed = 8 * 32;
  for (let i = 0; i < blockBytes; i++) if (i < 148 || i >= 156) signed += (block[i]! << 24) >> 24;
  return signed === stored;
}

const words = new Int32Array(blockBytes / 4);
const wordBytes = new Uint8Array(words.buffer);

/** Four bytes at a time: this runs for every member of an image. */
function unsignedSum(block: Uint8Array): number {
  wordBytes.set(block);
  // Even and odd bytes in two 16-bit lanes each: 128 words of at most twice 255 do not overflow them.
  let lanes = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    lanes += (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff);
  }
  let sum = (lanes & 0xffff) + (lanes >>> 16) + 8 * 32;
  for (let i = 148; i < 156; i++) sum -= block[i]!;
  return sum;
}

/** Whether the 512 bytes are all zero. */
export function isZeroBlock(block: Uint8Array): boolean {
  if (block[0] !== 0) return false;
  for (let i = 1; i < blockBytes; i++) if (block[i] !== 0) return false;
  return true;
}

/** Text up to the first NUL of a field. */
export function readText(block: Buffer, offset: number, length: number): string {
  let end = offset;
  let ascii = true;
  const limit = offset + length;
  for (; end < limit; end++) {
    const byte = block[end]!;
    if (byte === 0) break;
    if (byte > 127) ascii = false;
  }
  return ascii ? block.toString('latin1', offset, end) : decodeName(block.subarray(offset, end));
}

let decoder: InstanceType<typeof TextDecoder> | undefined;

/** Made when the first name needs it: making one takes some milliseconds, and most names are plain. */
function strict(): InstanceType<typeof TextDecoder> {
  return (decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }));
}

/**
 * Decodes a name that should be UTF-8. Bytes that are not become lone surrogates U+DC80–U+DCFF, so that two different
 * names never become one.
 */
export function decodeName(bytes: Uint8Array): string {
  try {
    return strict().decode(bytes);
  } catch {
    return decodeWithSurrogates(bytes);
  }
}

function decodeWithSurrogates(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes[i]!);
    const part = bytes.subarray(i, i + length);
    let decoded: string | undefined;
    if (part.length === length) {
      try {
        decoded = strict().decode(part);
      } catch {
        decoded = undefined;
      }
    }
    text += decoded ?? String.fromCharCode(0xdc00 + bytes[i]!);
    i += decoded === undefined ? 1 : length;
  }
  return text;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** The bytes of a name that `decodeName` made: surrogate escapes become the bytes they stand for. */
export function encodeName(name: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(name)) return Buffer.from(name, 'utf8');
  const parts: Uint8Array[] = [];
  for (const part of name.split(/([\udc80-\udcff])/u)) {
    const code = part.length === 1 ? part.charCodeAt(0) : 0;
    parts.push(code >= 0xdc80 && code <= 0xdcff ? Uint8Array.of(code - 0xdc00) : Buffer.from(part, 'utf8'));
  }
  return Buffer.concat(parts);
}
