import type { ByteSource } from '../../model/index.ts';
import { readU16, readU32 } from '../elf/index.ts';
import { OverflowPages } from './overflow.ts';

const hashMagic = 0x061561;
const pageHeaderBytes = 26;
const unsortedHashPage = 2;
const hashPage = 13;
const inPage = 1;
const offPage = 3;

/** Whether a file's first bytes are a Berkeley DB hash's, in either byte order. */
export function isBerkeleyHash(head: Uint8Array): boolean {
  return readU32(head, 12, false) === hashMagic || readU32(head, 12, true) === hashMagic;
}

/**
 * Hands over every pair that can be read; the bytes may be overwritten after the call. Gives what was wrong, one short
 * phrase each; empty where all was read.
 */
export function readBerkeleyHash(
  source: ByteSource,
  onPair: (key: Uint8Array, value: Uint8Array) => void,
): readonly string[] {
  if (source.sizeBytes < 512) return ['the file is shorter than its first page'];
  const meta = Buffer.from(source.read(0, 512));
  const bigEndian = readU32(meta, 12, true) === hashMagic;
  const version = readU32(meta, 16, bigEndian);
  const pageBytes = readU32(meta, 20, bigEndian);
  if (version < 7 || version > 10) return [`version ${version} of the format is not known`];
  if (pageBytes < 512 || pageBytes > 65536 || (pageBytes & (pageBytes - 1)) !== 0)
    return [`a page size of ${pageBytes} bytes can't be`];
  if (meta[24] !== 0) return ['it is encrypted'];
  if ((meta[26]! & 1) !== 0) return ['it has page checksums, which are not understood'];

  const faults = new Set<string>();
  const fault = (what: string): void => {
    if (faults.size < 5) faults.add(what);
  };
  const lastPage = readU32(meta, 32, bigEndian);
  const pageCount = Math.min(lastPage + 1, Math.floor(source.sizeBytes / pageBytes));
  if ((lastPage + 1) * pageBytes > source.sizeBytes) fault('the file is shorter than its first page says');
  const overflow = new OverflowPages(source, { pageBytes, pageCount, bigEndian, fault });
  for (let number = 1; number < pageCount; number++) {
    const type = source.read(number * pageBytes, pageHeaderBytes)[25];
    if (type !== hashPage && type !== unsortedHashPage) continue;
    // Overflow pages are read while this one is in use.
    const page = Uint8Array.from(source.read(number * pageBytes, pageBytes));
    const entries = readU16(page, 20, bigEndian);
    if (pageHeaderBytes + 2 * entries > pageBytes || entries % 2 !== 0) {
      fault(`page ${number} has a broken index`);
      continue;
    }
    for (let i = 0; i < entries; i += 2) {
      const key = itemOf(page, i, bigEndian, overflow);
      const value = itemOf(page, i + 1, bigEndian, overflow);
      if (key === undefined || value === undefined) fault(`page ${number} has a broken pair`);
      else onPair(key, value);
    }
  }
  return [...faults];
}

/** Items fill a page from its end: each reaches up to where the one before it begins. */
function itemOf(page: Uint8Array, index: number, bigEndian: boolean, overflow: OverflowPages): Uint8Array | undefined {
  const start = readU16(page, pageHeaderBytes + 2 * index, bigEndian);
  const end = index === 0 ? page.length : readU16(page, pageHeaderBytes + 2 * (index - 1), bigEndian);
  if (start < pageHeaderBytes || end <= start || end > page.length) return undefined;
  if (page[start] === inPage) return page.subarray(start + 1, end);
  if (page[start] !== offPage || end - start < 12) return undefined;
  return overflow.read(readU32(page, start + 4, bigEndian), readU32(page, start + 8, bigEndian));
}
