import type { ElfFile } from './elf-file.ts';
import { readAt } from './read-at.ts';

const magic = Buffer.from('UPX!');

/** Whether UPX compressed the program: its loader's header follows the program headers at once. */
export function isPackedByUpx(elf: ElfFile): boolean {
  if (elf.sectionTable.count > 0 || elf.segments.length === 0) return false;
  const head = readAt(elf.source, 0, 1024);
  const after = (elf.is64 ? 64 : 52) + elf.segments.length * (elf.is64 ? 56 : 32);
  const at = Buffer.from(head.buffer, head.byteOffset, head.length).indexOf(magic);
  return at >= 0 && at <= after + 64;
}
