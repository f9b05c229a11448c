import { offsetOfAddress, segmentTypes } from '../../../formats/elf/index.ts';
import type { ElfFile, Sections } from '../../../formats/elf/index.ts';

/** As much of a linked program as finding Go's build information takes. */
export interface ProgramImage {
  /** Where the information may lie: the section made for it, or the first data that can be written. */
  readonly data: { readonly offset: number; readonly sizeBytes: number; readonly exact: boolean };
  /** The place in the file of an address of the running program. */
  offsetOf(address: number): number | undefined;
}

/** The data of an ELF object in which Go's linker leaves the build information. */
export function elfProgram(elf: ElfFile, sections: Sections): ProgramImage | undefined {
  const offsetOf = (address: number): number | undefined => offsetOfAddress(elf, address);
  const section = sections.named('.go.buildinfo');
  if (section !== undefined)
    return { data: { offset: section.offset, sizeBytes: section.sizeBytes, exact: true }, offsetOf };
  // Go's linker always makes the section, and strip keeps it: other data is searched only where all sections are gone.
  if (sections.count > 0) return undefined;
  const writable = elf.segments.find(
    (segment) => segment.type === segmentTypes.load && (segment.flags & 2) !== 0 && segment.fileSize > 0,
  );
  if (writable === undefined) return undefined;
  return { data: { offset: writable.offset, sizeBytes: writable.fileSize, exact: false }, offsetOf };
}
