import type { ElfFile } from './elf-file.ts';
import { offsetOfAddress, segmentTypes } from './elf-file.ts';
import { readCString, readWord } from './words.ts';
import { readAt } from './read-at.ts';

/** What the dynamic section says (gABI, chapter 5, "Dynamic Section"; GNU's DT_FLAGS_1). */
export interface Dynamic {
  readonly needed: readonly string[];
  readonly soname?: string;
  readonly runpath?: string;
  readonly bindNow: boolean;
  /** DF_1_PIE. */
  readonly pieFlag: boolean;
  /** DT_DEBUG: the linker leaves it a place in executables only. */
  readonly debug: boolean;
  /** The dynamic string table in the file. */
  readonly strings?: { readonly offset: number; readonly sizeBytes: number };
}

const maxDynamicBytes = 65_536;
const maxNeeded = 1_024;
/** Linux takes no path longer than PATH_MAX, and lists of run paths are seldom longer. */
const maxTextBytes = 4_096;

const tags = {
  needed: 1,
  strtab: 5,
  strsz: 10,
  soname: 14,
  rpath: 15,
  debug: 21,
  bindNow: 24,
  runpath: 29,
  flags: 30,
  flags1: 0x6ffffffb,
};

/** Reads the dynamic section by its program header, as the loader does; undefined where there is none. */
export function readDynamic(elf: ElfFile): Dynamic | undefined {
  const segment = elf.segments.find((candidate) => candidate.type === segmentTypes.dynamic);
  if (segment === undefined || segment.fileSize === 0) return undefined;
  const entries = readEntries(elf, segment.offset, segment.fileSize);
  const strings = locateStrings(elf, entries);
  const text = (offset: number | undefined): string | undefined => {
    if (offset === undefined || strings === undefined) return undefined;
    if (offset >= strings.sizeBytes) {
      addOnce(elf.faults, 'dynamic string beyond its table');
      return undefined;
    }
    return readCString(
      readAt(elf.source, strings.offset + offset, Math.min(maxTextBytes, strings.sizeBytes - offset)),
      0,
    );
  };
  const needed: string[] = [];
  for (const offset of entries.needed) {
    const name = text(offset);
    if (name !== undefined) needed.push(name);
  }
  return {
    needed,
    soname: text(entries.soname),
    runpath: text(entries.runpath ?? entries.rpath),
    bindNow: entries.bindNow,
    pieFlag: entries.pieFlag,
    debug: entries.debug,
    strings,
  };
}

interface Entries {
  readonly needed: number[];
  strtab: number | undefined;
  strsz: number;
  soname: number | undefined;
  rpath: number | undefined;
  runpath: number | undefined;
  bindNow: boolean;
  pieFlag: boolean;
  debug: boolean;
}

function readEntries(elf: ElfFile, offset: number, length: number): Entries {
  const size = elf.is64 ? 16 : 8;
  const bytes = readAt(elf.source, offset, Math.min(length, maxDynamicBytes));
  if (bytes.length < length)
    elf.faults.push(length > maxDynamicBytes ? `dynamic section of ${length} bytes` : 'dynamic section beyond the end');
  const entries: Entries = {
    needed: [],
    strtab: undefined,
    strsz: 0,
    soname: undefined,
    rpath: undefined,
    runpath: undefined,
    bindNow: false,
    pieFlag: false,
    debug: false,
  };
  for (let at = 0; at + size <= bytes.length; at += size) {
    const tag = readWord(bytes, at, elf);
    if (tag === 0) break;
    takeEntry(elf, entries, tag, readWord(bytes, at + size / 2, elf));
  }
  return entries;
}

function takeEntry(elf: ElfFile, entries: Entries, tag: number, value: number): void {
  switch (tag) {
    case tags.needed:
      if (entries.needed.length < maxNeeded) entries.needed.push(value);
      else addOnce(elf.faults, `more than ${maxNeeded} needed libraries`);
      break;
    case tags.strtab:
      entries.strtab = value;
      break;
    case tags.strsz:
      entries.strsz = value;
      break;
    case tags.soname:
      entries.soname = value;
      break;
    case tags.rpath:
      entries.rpath = value;
      break;
    case tags.runpath:
      entries.runpath = value;
      break;
    case tags.debug:
      entries.debug = true;
      break;
    case tags.bindNow:
      entries.bindNow = true;
      break;
    case tags.flags:
      if (hasBit(value, 0x8)) entries.bindNow = true;
      break;
    case tags.flags1:
      if (hasBit(value, 0x1)) entries.bindNow = true;
      if (hasBit(value, 0x0800_0000)) entries.pieFlag = true;
      break;
  }
}

function locateStrings(elf: ElfFile, entries: Entries): Dynamic['strings'] {
  if (entries.strtab === undefined) {
    if (entries.needed.length > 0 || entries.soname !== undefined) elf.faults.push('dynamic section without strings');
    return undefined;
  }
  const offset = offsetOfAddress(elf, entries.strtab);
  if (offset === undefined || offset >= elf.source.sizeBytes) {
    // A static position-independent program may name an empty table.
    if (entries.needed.length > 0 || entries.soname !== undefined) elf.faults.push('dynamic strings beyond the end');
    return undefined;
  }
  return { offset, sizeBytes: Math.min(entries.strsz, elf.source.sizeBytes - offset) };
}

/** Tests a bit of a number that may be too large for `&`. */
function hasBit(value: number, bit: number): boolean {
  return Math.floor(value / bit) % 2 === 1;
}

function addOnce(faults: string[], fault: string): void {
  if (!faults.includes(fault)) faults.push(fault);
}
