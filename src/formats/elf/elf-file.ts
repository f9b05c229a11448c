import type { ByteSource } from '../../model/index.ts';
import { readAt } from './read-at.ts';
import { readU16, readU32, readWord } from './words.ts';

/**
 * The skeleton of an ELF object (System V gABI, chapters 4 and 5): header and program headers. What was wrong with
 * them stands in `faults`; everything else holds what could be read.
 */
export interface ElfFile {
  readonly source: ByteSource;
  readonly is64: boolean;
  readonly bigEndian: boolean;
  /** False where even the header could not be read: then nothing else means anything. */
  readonly readable: boolean;
  /** e_type and e_machine as they stand. */
  readonly type: number;
  readonly machine: number;
  readonly segments: readonly Segment[];
  readonly sectionTable: SectionTable;
  /** What was absurd, each a phrase: `program headers beyond the end`. */
  readonly faults: string[];
}

/** A program header. Sizes and offsets in bytes. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
}

/** Where the section headers lie; `count` is 0 where there are none. */
export interface SectionTable {
  readonly offset: number;
  readonly entrySize: number;
  readonly count: number;
  /** Index of the section with the names. */
  readonly names: number;
}

export const segmentTypes = {
  load: 1,
  dynamic: 2,
  interpreter: 3,
  note: 4,
  gnuStack: 0x6474e551,
  gnuRelro: 0x6474e552,
} as const;

const headBytes = 4096;
/** Linux refuses more than 64 KiB of program headers (fs/binfmt_elf.c, load_elf_phdrs). */
const maxProgramHeaderBytes = 65_536;
/** An object of a compiler that gives each function a section has some ten thousand; the table stays below 2 MiB. */
const maxSections = 32_768;
const extendedNumber = 0xffff;
const none = new Uint8Array(0);
const noSections: SectionTable = { offset: 0, entrySize: 0, count: 0, names: 0 };

/** Whether bytes begin as an ELF object does. */
export function isElf(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/**
 * Reads header and program headers, usually in one read of 4 KiB. Gives undefined where the magic number is missing;
 * never throws, whatever the bytes.
 */
export function openElf(source: ByteSource): ElfFile | undefined {
  const head = readAt(source, 0, headBytes);
  if (!isElf(head)) return undefined;
  const is64 = head[4] === 2;
  const bigEndian = head[5] === 2;
  const fault = headerFault(head, is64 ? 64 : 52);
  if (fault !== undefined) {
    const empty = { type: 0, machine: 0, segments: [], sectionTable: noSections };
    return { source, is64, bigEndian, readable: false, ...empty, faults: [fault] };
  }
  const faults: string[] = [];
  const header = readHeader(head, { is64, bigEndian });
  // Before any other read, which may reuse the head's memory.
  const extended = header.segmentCount === extendedNumber;
  let segments = extended ? [] : readSegments(source, header, head, faults);
  const { table, segmentCount } = locateSections(source, header, faults);
  if (extended) segments = readSegments(source, { ...header, segmentCount }, none, faults);
  return {
    source,
    is64,
    bigEndian,
    readable: true,
    type: header.type,
    machine: header.machine,
    segments,
    sectionTable: table,
    faults,
  };
}

function headerFault(head: Uint8Array, headerSize: number): string | undefined {
  if (head.length < 16 || head.length < headerSize) return 'header is cut off';
  if (head[4] !== 1 && head[4] !== 2) return `unknown class ${head[4]}`;
  if (head[5] !== 1 && head[5] !== 2) return `unknown byte order ${head[5]}`;
  return undefined;
}

interface Order {
  readonly is64: boolean;
  readonly bigEndian: boolean;
}

/** The fields of the ELF header that matter here. */
interface Header extends Order {
  readonly type: number;
  readonly machine: number;
  readonly segmentOffset: number;
  readonly segmentSize: number;
  readonly segmentCount: number;
  readonly sectionOffset: number;
  readonly sectionSize: number;
  readonly sectionCount: number;
  readonly sectionNames: number;
}

function readHeader(head: Uint8Array, order: Order): Header {
  const { is64, bigEndian } = order;
  const sizes = is64 ? 54 : 42;
  return {
    is64,
    bigEndian,
    type: readU16(head, 16, bigEndian),
    machine: readU16(head, 18, bigEndian),
    segmentOffset: readWord(head, is64 ? 32 : 28, order),
    sectionOffset: readWord(head, is64 ? 40 : 32, order),
    segmentSize: readU16(head, sizes, bigEndian),
    segmentCount: readU16(head, sizes + 2, bigEndian),
    sectionSize: readU16(head, sizes + 4, bigEndian),
    sectionCount: readU16(head, sizes + 6, bigEndian),
    sectionNames: readU16(head, sizes + 8, bigEndian),
  };
}

/** Counts that do not fit the header stand in section 0 (gABI, "Extended numbering"). */
function locateSections(
  source: ByteSource,
  header: Header,
  faults: string[],
): { table: SectionTable; segmentCount: number } {
  const { is64, bigEndian, sectionOffset: offset, sectionSize: entrySize } = header;
  let { sectionCount: count, sectionNames: names, segmentCount } = header;
  const expected = is64 ? 64 : 40;
  if (offset === 0 || entrySize < expected || offset + expected > source.sizeBytes) {
    // Packers leave a stale offset beside the count 0; only a table that should be there is missed.
    if (offset !== 0 && count !== 0)
      faults.push(entrySize < expected ? `section header size ${entrySize}` : 'section headers beyond the end');
    return { table: noSections, segmentCount: 0 };
  }
  if (count === 0 || names === extendedNumber || segmentCount === extendedNumber) {
    const first = readAt(source, offset, expected);
    if (count === 0) count = readWord(first, is64 ? 32 : 20, header);
    if (names === extendedNumber) names = readU32(first, is64 ? 40 : 24, bigEndian);
    if (segmentCount === extendedNumber) segmentCount = readU32(first, is64 ? 44 : 28, bigEndian);
  }
  const fitting = Math.floor((source.sizeBytes - offset) / entrySize);
  if (count > fitting) faults.push('section headers beyond the end');
  else if (count > maxSections) faults.push(`${count} sections`);
  return { table: { offset, entrySize, count: Math.min(count, fitting, maxSections), names }, segmentCount };
}

function readSegments(source: ByteSource, header: Header, head: Uint8Array, faults: string[]): Segment[] {
  const { segmentOffset: start, segmentSize: entrySize } = header;
  let count = header.segmentCount;
  if (count === 0 || start === 0) return [];
  if (entrySize < (header.is64 ? 56 : 32)) {
    faults.push(`program header size ${entrySize}`);
    return [];
  }
  if (count * entrySize > maxProgramHeaderBytes) {
    faults.push(`${count} program headers`);
    count = Math.floor(maxProgramHeaderBytes / entrySize);
  }
  if (start + count * entrySize > source.sizeBytes) {
    faults.push('program headers beyond the end');
    count = Math.max(0, Math.floor((source.sizeBytes - start) / entrySize));
  }
  const inHead = start + count * entrySize <= head.length;
  const bytes = inHead ? head : readAt(source, start, count * entrySize);
  const segments: Segment[] = [];
  for (let i = 0; i < count; i++) segments.push(readSegment(bytes, (inHead ? start : 0) + i * entrySize, header));
  return segments;
}

function readSegment(bytes: Uint8Array, at: number, order: Order): Segment {
  const { is64, bigEndian } = order;
  return {
    type: readU32(bytes, at, bigEndian),
    flags: readU32(bytes, at + (is64 ? 4 : 24), bigEndian),
    offset: readWord(bytes, at + (is64 ? 8 : 4), order),
    address: readWord(bytes, at + (is64 ? 16 : 8), order),
    fileSize: readWord(bytes, at + (is64 ? 32 : 16), order),
  };
}

/** The place in the file of an address of the running program; undefined where no segment loads it from the file. */
export function offsetOfAddress(elf: ElfFile, address: number): number | undefined {
  for (const segment of elf.segments) {
    if (segment.type !== segmentTypes.load) continue;
    const distance = address - segment.address;
    if (distance >= 0 && distance < segment.fileSize) return segment.offset + distance;
  }
  return undefined;
}
