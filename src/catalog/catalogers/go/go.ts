import { isElf, isPackedByUpx, openElf, readSections } from '../../../formats/elf/index.ts';
import type { ElfFile, Sections } from '../../../formats/elf/index.ts';
import type { PackageItem, Problem } from '../../../model/index.ts';
import type { Cataloger, CatalogFile, CatalogResult } from '../../cataloger.ts';
import { fileProblem, nothing } from '../../cataloger.ts';
import type { BuildInfo } from './build-info.ts';
import { readBuildInfo } from './build-info.ts';
import type { GoModule } from './modules.ts';
import { openMachO } from './mach-o.ts';
import { parseModules, standardLibraryVersion } from './modules.ts';
import { openPe } from './pe.ts';
import type { ProgramImage } from './program-image.ts';
import { elfProgram } from './program-image.ts';

const name = 'go';

/** Modules and standard library of Go programs, from the build information that Go's linker leaves in them. */
export const go: Cataloger = {
  name,
  version: 1,
  summary: 'Go modules and the standard library inside Go programs, stripped ones too',
  packages: [{ name: 'golang', purlType: 'golang', versionScheme: 'go', ecosystem: 'Go' }],
  claims: [{ content: 'runnable' }],
  maxBytes: Number.MAX_SAFE_INTEGER,
  catalog,
};

function catalog(file: CatalogFile): CatalogResult {
  if (isElf(file.head)) return catalogElf(file);
  if (!mayBeProgram(file.head)) return nothing;
  const program = file.head[0] === 0x4d ? openPe(file.content) : openMachO(file.content);
  return program === undefined ? nothing : catalogProgram(file, program);
}

function catalogElf(file: CatalogFile): CatalogResult {
  const elf = openElf(file.content);
  if (elf === undefined || !elf.readable) return nothing;
  if (isPackedByUpx(elf)) {
    const message = 'program compressed by UPX: the Go modules and Rust crates in it can not be seen';
    return problem(file, 'unsupported-format', message);
  }
  const sections = readSections(elf);
  const program = elfProgram(elf, sections);
  if (program === undefined) return catalogUnmarked(file, elf, sections);
  return catalogProgram(file, program);
}

/** A program of Go before 1.13 or with the information cut out: known by the table that its runtime needs. */
function catalogUnmarked(file: CatalogFile, elf: ElfFile, sections: Sections): CatalogResult {
  const isGo = sections.named('.gopclntab') !== undefined || sections.named('.note.go.buildid') !== undefined;
  if (!isGo || elf.type === 1) return nothing;
  return problem(file, 'missing-go-build-info', 'Go program without build information: its modules can not be named');
}

function catalogProgram(file: CatalogFile, program: ProgramImage): CatalogResult {
  const info = readBuildInfo(file.content, program);
  if (info === 'garbled' || (info === 'absent' && program.data.exact)) {
    return problem(
      file,
      'malformed-go-build-info',
      "Go program whose build information can't be read: its modules can not be named",
    );
  }
  return info === 'absent' ? nothing : describe(file, info);
}

function describe(file: CatalogFile, info: BuildInfo): CatalogResult {
  const modules = parseModules(info.modules);
  const items: PackageItem[] = [];
  const seen = new Set<string>();
  const add = (module: GoModule): void => {
    const key = `${module.path}\n${module.version}`;
    if (seen.has(key)) return;
    seen.add(key);
    items.push({ kind: 'package', name: module.path, version: module.version, path: file.path, evidence: 'embedded' });
  };
  if (modules.main !== undefined) add(modules.main);
  for (const module of modules.dependencies) add(module);
  const version = standardLibraryVersion(info.goVersion);
  add({ path: 'stdlib', version });
  // The vulnerability database keeps Go's own commands apart from its library.
  const ofToolchain = modules.mainPackage.startsWith('cmd/');
  if (ofToolchain) add({ path: 'toolchain', version });

  const problems: Problem[] = [];
  const say = (code: string, message: string): void => {
    problems.push(fileProblem(name, file, { code, message, hides: 'packages' }));
  };
  if (modules.cut) say('too-many-packages', 'more than 20,000 Go modules are listed; the rest was left out');
  const alone = ofToolchain || modules.mainPackage === 'command-line-arguments';
  if (modules.main === undefined && modules.dependencies.length === 0 && !alone) {
    say('missing-go-modules', 'Go program built without modules: its dependencies can not be named');
  }
  return { items, problems };
}

function problem(file: CatalogFile, code: string, message: string): CatalogResult {
  return { items: [], problems: [fileProblem(name, file, { code, message, hides: 'packages' })] };
}

/** First bytes of PE and Mach-O. */
function mayBeProgram(head: Uint8Array): boolean {
  const first = head[0];
  if (first === 0x4d) return head[1] === 0x5a;
  if (first === 0xcf || first === 0xce) return head[1] === 0xfa && head[2] === 0xed;
  return (first === 0xfe && head[1] === 0xed) || (first === 0xca && head[1] === 0xfe && (head[7] ?? 255) < 40);
}
