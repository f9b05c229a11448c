import type { ByteSource } from '../../model/index.ts';
import { adler32 } from './adler32.ts';

const magic = Buffer.from('RpmP', 'latin1');
const slotMagic = 0x746f6c53;
const headMagic = 0x53626c42;
const tailMagic = 0x45626c42;
const pageBytes = 4096;
const slotBytes = 16;
const blockBytes = 16;
const headBytes = 16;
const tailBytes = 12;
/** The first two slots' place is taken by the header. */
const firstSlot = 32;
const maxBlobBytes = 64 << 20;

/** Whether a file's first bytes are an ndb's. */
export function isNdb(head: Uint8Array): boolean {
  return head.length >= 4 && magic.equals(head.subarray(0, 4));
}

/**
 * Hands over every blob that can be read; its bytes may be overwritten after the call. Gives what was wrong, one short
 * phrase each; empty where all was read. A blob whose checksum is wrong is handed over, and said.
 */
export function readNdb(source: ByteSource, onBlob: (blob: Uint8Array) => void): readonly string[] {
  if (source.sizeBytes < firstSlot) return ['the file is shorter than a header'];
  const header = Buffer.from(source.read(0, firstSlot));
  if (header.readUInt32LE(4) !== 0) return [`version ${header.readUInt32LE(4)} of the format is not known`];
  const faults = new Set<string>();
  const fault = (what: string): void => {
    if (faults.size < 5) faults.add(what);
  };
  const slotEnd = header.readUInt32LE(12) * pageBytes;
  if (slotEnd > source.sizeBytes || source.sizeBytes % blockBytes !== 0)
    fault('the file is shorter than its header says');
  // Blobs never overlap, so together they are no larger than the file; a lying database is left at that.
  let budget = source.sizeBytes;
  for (let page = 0; page < slotEnd && page + pageBytes <= source.sizeBytes; page += pageBytes) {
    const slots = Buffer.from(source.read(page, pageBytes));
    for (let at = page === 0 ? firstSlot : 0; at < pageBytes; at += slotBytes) {
      if (slots.readUInt32LE(at) !== slotMagic) {
        fault('a slot is broken');
        continue;
      }
      const start = slots.readUInt32LE(at + 8) * blockBytes;
      const length = slots.readUInt32LE(at + 12) * blockBytes;
      if (start === 0) continue;
      if (start < slotEnd || start + length > source.sizeBytes || length < headBytes + tailBytes)
        fault('a slot leads out of the file');
      else if (length > maxBlobBytes) fault('a blob is larger than we read');
      else if ((budget -= length) < 0) {
        fault('slots overlap');
        return [...faults];
      } else readBlob(source.read(start, length), slots.readUInt32LE(at + 4), { onBlob, fault });
    }
  }
  return [...faults];
}

/** A blob between its head (magic, index, generation, length) and tail (Adler-32 of all before it, length, magic). */
function readBlob(
  block: Uint8Array,
  index: number,
  { onBlob, fault }: { onBlob: (blob: Uint8Array) => void; fault: (what: string) => void },
): void {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
  const tail = bytes.length - tailBytes;
  const length = bytes.readUInt32LE(12);
  if (
    bytes.readUInt32LE(0) !== headMagic ||
    bytes.readUInt32LE(4) !== index ||
    bytes.readUInt32LE(tail + 8) !== tailMagic ||
    bytes.readUInt32LE(tail + 4) !== length ||
    headBytes + length > tail
  )
    return fault('a blob is broken');
  if (adler32(bytes.subarray(0, tail)) !== bytes.readUInt32LE(tail)) fault("a blob's checksum is wrong");
  onBlob(bytes.subarray(headBytes, headBytes + length));
}
