import type { ElfFile } from './elf-file.ts';
import { readU32, readWord } from './words.ts';
import { readAt } from './read-at.ts';

/** A section header. */
export interface Section {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

export const sectionTypes = { note: 7, noBits: 8 } as const;

const maxNameBytes = 4 << 20;

/** The section headers of an ELF object and their names, kept as bytes and decoded one at a time. */
export interface Sections {
  readonly count: number;
  at(index: number): Section;
  /** The first section of a name; undefined where there is none or the table can't be read. */
  named(name: string): Section | undefined;
}

/** Reads the section headers and their names: two reads, bounded by the count that `openElf` accepted. */
export function readSections(elf: ElfFile): Sections {
  const { source, is64, bigEndian } = elf;
  const { offset, entrySize, count, names } = elf.sectionTable;
  // Copied, because the next read may reuse the memory.
  const table = count === 0 ? new Uint8Array(0) : readAt(source, offset, count * entrySize).slice();

  function at(index: number): Section {
    const start = index * entrySize;
    return {
      type: readU32(table, start + 4, bigEndian),
      flags: readWord(table, start + 8, elf),
      address: readWord(table, start + (is64 ? 16 : 12), elf),
      offset: readWord(table, start + (is64 ? 24 : 16), elf),
      sizeBytes: readWord(table, start + (is64 ? 32 : 20), elf),
    };
  }

  const namesSection = names > 0 && names < count ? at(names) : undefined;
  const nameBytes =
    namesSection === undefined
      ? new Uint8Array(0)
      : readAt(source, namesSection.offset, Math.min(namesSection.sizeBytes, maxNameBytes)).slice();

  function named(name: string): Section | undefined {
    for (let i = 0; i < count; i++) {
      if (equalsAt(nameBytes, readU32(table, i * entrySize, bigEndian), name)) return at(i);
    }
    return undefined;
  }

  return { count, at, named };
}

/** Whether an ASCII text and a NUL stand at a place. */
function equalsAt(bytes: Uint8Array, start: number, text: string): boolean {
  if (start + text.length >= bytes.length || bytes[start + text.length] !== 0) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
