/**
 * ELF objects to facts: header, program headers, sections, dynamic section, notes. Reads only the few places that
 * matter, through a ByteSource, so size costs nothing; never throws, never trusts a count, offset or size. Knows
 * nothing of images.
 */
export { type ByteRange, codeRange } from './code-range.ts';
export { describeElf, type ElfDescription, mentionsRustc } from './elf-facts.ts';
export { isElf, offsetOfAddress, openElf, segmentTypes } from './elf-file.ts';
export type { ElfFile } from './elf-file.ts';
export { readAt } from './read-at.ts';
export { readSections } from './sections.ts';
export type { Sections } from './sections.ts';
export { isPackedByUpx } from './upx.ts';
export { readText, readU16, readU32, readU64 } from './words.ts';
