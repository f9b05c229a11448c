import type { ElfFile } from './elf-file.ts';
import { segmentTypes } from './elf-file.ts';
import type { Sections } from './sections.ts';
import { sectionTypes } from './sections.ts';
import { readText, readU32 } from './words.ts';
import { readAt } from './read-at.ts';

/** What the notes say that the GNU and Go linkers leave. */
export interface Notes {
  /** NT_GNU_BUILD_ID in hexadecimal. */
  readonly buildId?: string;
  /** A note of the Go linker. */
  readonly go: boolean;
}

const maxNoteBytes = 16_384;
const maxNotes = 64;
const maxIdBytes = 64;

/** Reads the note segments, and the section of the build id where no segment has it. */
export function readNotes(elf: ElfFile, sections: Sections): Notes {
  const found: { buildId?: string; go: boolean } = { go: false };
  let places = 0;
  for (const segment of elf.segments) {
    if (segment.type === segmentTypes.note && places++ < 16) walkNotes(elf, segment.offset, segment.fileSize, found);
  }
  if (found.buildId === undefined) {
    // Go's linker loads this note without a segment of its own; objects that are not linked have no segments at all.
    const section = sections.named('.note.gnu.build-id');
    if (section?.type === sectionTypes.note) walkNotes(elf, section.offset, section.sizeBytes, found);
  }
  return found;
}

function walkNotes(elf: ElfFile, offset: number, length: number, found: { buildId?: string; go: boolean }): void {
  const bytes = readAt(elf.source, offset, Math.min(length, maxNoteBytes));
  let at = 0;
  for (let i = 0; i < maxNotes && at + 12 <= bytes.length; i++) {
    const nameSize = readU32(bytes, at, elf.bigEndian);
    const dataSize = readU32(bytes, at + 4, elf.bigEndian);
    const type = readU32(bytes, at + 8, elf.bigEndian);
    const data = at + 12 + align4(nameSize);
    if (data + dataSize > bytes.length) return;
    const name = readText(bytes, at + 12, at + 12 + Math.min(nameSize, 8));
    if (name === 'GNU\0' && type === 3 && dataSize <= maxIdBytes && found.buildId === undefined) {
      found.buildId = Buffer.from(bytes.buffer, bytes.byteOffset + data, dataSize).toString('hex');
    } else if (name.startsWith('Go\0')) {
      found.go = true;
    }
    at = data + align4(dataSize);
  }
}

function align4(size: number): number {
  return Math.ceil(size / 4) * 4;
}
