import { readAt, readU16, readU32, readU64 } from '../../../formats/elf/index.ts';
import type { ByteSource } from '../../../model/index.ts';
import type { ProgramImage } from './program-image.ts';

const maxSections = 96;
/** IMAGE_SCN_CNT_INITIALIZED_DATA, IMAGE_SCN_MEM_READ and IMAGE_SCN_MEM_WRITE (PE/COFF, "Section Flags"). */
const writableData = 0xc0000040;

/** The first writable data of a Windows program, where Go's linker puts the build information. */
export function openPe(source: ByteSource): ProgramImage | undefined {
  const dos = readAt(source, 0, 64);
  if (dos.length < 64) return undefined;
  const headerAt = readU32(dos, 60, false);
  const header = readAt(source, headerAt, 24 + 32).slice();
  if (header.length < 56 || readU32(header, 0, false) !== 0x4550) return undefined;
  const sectionCount = Math.min(readU16(header, 6, false), maxSections);
  const is64 = readU16(header, 24, false) === 0x20b;
  const imageBase = is64 ? readU64(header, 24 + 24, false) : readU32(header, 24 + 28, false);
  const table = readAt(source, headerAt + 24 + readU16(header, 20, false), sectionCount * 40).slice();
  const sections = Array.from({ length: Math.floor(table.length / 40) }, (_, index) => ({
    address: imageBase + readU32(table, index * 40 + 12, false),
    sizeBytes: readU32(table, index * 40 + 16, false),
    offset: readU32(table, index * 40 + 20, false),
    flags: readU32(table, index * 40 + 36, false),
  }));
  const data = sections.find(
    (section) => (section.flags & writableData) >>> 0 === writableData && section.sizeBytes > 0,
  );
  if (data === undefined) return undefined;
  return {
    data: { offset: data.offset, sizeBytes: data.sizeBytes, exact: false },
    offsetOf(address) {
      const section = sections.find((one) => address >= one.address && address - one.address < one.sizeBytes);
      return section === undefined ? undefined : section.offset + (address - section.address);
    },
  };
}
