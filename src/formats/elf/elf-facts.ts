import type { ElfFacts } from '../../model/index.ts';
import type { Dynamic } from './dynamic.ts';
import { readDynamic } from './dynamic.ts';
import type { ElfFile } from './elf-file.ts';
import { segmentTypes } from './elf-file.ts';
import { findGuards } from './guards.ts';
import { machineNames } from './machines.table.ts';
import { readNotes } from './notes.ts';
import type { Sections } from './sections.ts';
import { readSections, sectionTypes } from './sections.ts';
import { readCString } from './words.ts';
import { readAt } from './read-at.ts';

/** Facts about an ELF object, and the interpreter that its program headers ask for. */
export interface ElfDescription {
  readonly facts: ElfFacts;
  readonly interpreter?: string;
}

const maxInterpreterBytes = 4_096;
const maxCommentBytes = 4_096;
const rustComment = Buffer.from('rustc version');
const executableFlag = 1;

/**
 * What header, dynamic section, notes and section names say: half a dozen small reads. Undefined where the header
 * can't be read. What was absurd on the way is added to `elf.faults`.
 */
export function describeElf(elf: ElfFile): ElfDescription | undefined {
  if (!elf.readable) return undefined;
  const sections = readSections(elf);
  const separateDebug = isSeparateDebug(sections);
  const dynamic = separateDebug ? undefined : readDynamic(elf);
  const interpreter = separateDebug ? undefined : readInterpreter(elf);
  if (!separateDebug) checkLoads(elf);
  const needed = dynamic?.needed ?? [];
  const isStatic = interpreter === undefined && needed.length === 0;
  const strings = isStatic ? undefined : dynamic?.strings;
  const guards = strings === undefined ? undefined : findGuards(elf.source, strings.offset, strings.sizeBytes);
  const notes = readNotes(elf, sections);
  const pie = isPie(elf, dynamic, interpreter);
  const language = languageOf(elf, sections, notes.go);
  const facts: ElfFacts = {
    machine: machineName(elf),
    type: typeOf(elf, pie),
    static: isStatic,
    needed,
    ...(dynamic?.soname !== undefined && { soname: dynamic.soname }),
    pie,
    relro: relroOf(elf, dynamic),
    nx: hasPlainStack(elf, sections),
    ...(guards !== undefined && { stackCanary: guards.stackCanary, fortify: guards.fortify }),
    ...(dynamic?.runpath !== undefined && { runpath: dynamic.runpath }),
    ...(notes.buildId !== undefined && { buildId: notes.buildId }),
    ...(language !== undefined && { language }),
  };
  return interpreter === undefined ? { facts } : { facts, interpreter };
}

function readInterpreter(elf: ElfFile): string | undefined {
  const segment = elf.segments.find((candidate) => candidate.type === segmentTypes.interpreter);
  if (segment === undefined) return undefined;
  const bytes = readAt(elf.source, segment.offset, Math.min(segment.fileSize, maxInterpreterBytes));
  if (bytes.length === 0 || bytes.length < segment.fileSize) {
    elf.faults.push(bytes.length === 0 ? 'interpreter beyond the end' : `interpreter of ${segment.fileSize} bytes`);
    return bytes.length === 0 ? '' : readCString(bytes, 0);
  }
  return readCString(bytes, 0);
}

/** What the loader would map must be there: else the file was cut. */
function checkLoads(elf: ElfFile): void {
  for (const segment of elf.segments) {
    if (segment.type !== segmentTypes.load || segment.fileSize === 0) continue;
    if (segment.offset + segment.fileSize <= elf.source.sizeBytes) continue;
    elf.faults.push('a loaded segment beyond the end');
    return;
  }
}

/** `objcopy --only-keep-debug` leaves program headers that point at what it took out. */
function isSeparateDebug(sections: Sections): boolean {
  return sections.count > 0 && (sections.named('.text') ?? sections.named('.dynamic'))?.type === sectionTypes.noBits;
}

/** DF_1_PIE marks one; linkers before 2016 set no mark, but only an executable has DT_DEBUG or an interpreter without a soname. */
function isPie(elf: ElfFile, dynamic: Dynamic | undefined, interpreter: string | undefined): boolean {
  if (elf.type !== 3 || dynamic === undefined) return false;
  return dynamic.pieFlag || dynamic.debug || (interpreter !== undefined && dynamic.soname === undefined);
}

function typeOf(elf: ElfFile, pie: boolean): ElfFacts['type'] {
  if (elf.type === 1) return 'relocatable';
  if (elf.type === 2) return 'executable';
  if (elf.type === 3) return pie ? 'executable' : 'shared';
  return elf.type === 4 ? 'core' : 'other';
}

function relroOf(elf: ElfFile, dynamic: Dynamic | undefined): ElfFacts['relro'] {
  if (!elf.segments.some((segment) => segment.type === segmentTypes.gnuRelro)) return 'none';
  return dynamic?.bindNow === true ? 'full' : 'partial';
}

function hasPlainStack(elf: ElfFile, sections: Sections): boolean {
  if (elf.type === 1) {
    const mark = sections.named('.note.GNU-stack');
    return mark !== undefined && Math.floor(mark.flags / 4) % 2 === 0;
  }
  const stack = elf.segments.find((segment) => segment.type === segmentTypes.gnuStack);
  return stack !== undefined && (stack.flags & executableFlag) === 0;
}

function machineName(elf: ElfFile): string {
  const name = machineNames.get(elf.machine) ?? `machine-${elf.machine}`;
  if (name === 'ppc64') return elf.bigEndian ? name : 'ppc64le';
  if (name === 's390') return elf.is64 ? 's390x' : name;
  if (name === 'riscv' || name === 'loongarch') return elf.is64 ? `${name}64` : `${name}32`;
  return name;
}

function languageOf(elf: ElfFile, sections: Sections, goNote: boolean): ElfFacts['language'] {
  if (goNote || sections.named('.go.buildinfo') !== undefined) return 'go';
  if (sections.named('.dep-v0') !== undefined) return 'rust';
  return mentionsRustc(elf, sections) ? 'rust' : undefined;
}

/** Whether `.comment`, in which compilers sign, names rustc. A linked C object beside Rust code is no reason against. */
export function mentionsRustc(elf: ElfFile, sections: Sections): boolean {
  const comment = sections.named('.comment');
  if (comment === undefined || comment.type === sectionTypes.noBits) return false;
  const bytes = readAt(elf.source, comment.offset, Math.min(comment.sizeBytes, maxCommentBytes));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(rustComment);
}
