import { capabilitiesText } from '../../../formats/capabilities.ts';
import { describeElf, type ElfDescription, type ElfFile, openElf } from '../../../formats/elf/index.ts';
import type { ExecutableItem, Problem } from '../../../model/index.ts';
import type { Cataloger, CatalogFile, CatalogResult } from '../../cataloger.ts';
import { fileProblem } from '../../cataloger.ts';
import { runnableFormat } from './runnable-format.ts';
import { parseShebang } from './shebang.ts';

const name = 'executables';
const noProblems: readonly Problem[] = [];

/** Every file that can run: one item each, whatever its bytes, with what its header says. */
export const executables: Cataloger = {
  name,
  version: 1,
  summary:
    'Files that can run: ELF objects with their hardening, scripts with their interpreter, any file with an execute bit',
  packages: [],
  claims: [{ content: 'runnable' }],
  maxBytes: Number.MAX_SAFE_INTEGER,
  catalog,
};

function catalog(file: CatalogFile): CatalogResult {
  const problems: Problem[] = [];
  const format = runnableFormat(file);
  const details = format === 'elf' ? elfDetails(file, problems) : format === 'script' ? scriptDetails(file) : undefined;
  const capabilities = capabilitiesOf(file, problems);
  if (file.sha256 === undefined) {
    problems.push(
      fileProblem(name, file, {
        code: 'unhashed-executable',
        message: 'no hash of this file was handed on',
        hides: 'executables',
      }),
    );
  }
  const item: ExecutableItem = {
    kind: 'executable',
    path: file.path,
    sha256: file.sha256 ?? '',
    sizeBytes: file.sizeBytes,
    mode: file.mode & 0o7777,
    uid: file.uid,
    gid: file.gid,
    format,
    ...details,
    ...(capabilities !== undefined && { capabilities }),
  };
  return { items: [item], problems: problems.length === 0 ? noProblems : problems };
}

function elfDetails(file: CatalogFile, problems: Problem[]): Pick<ExecutableItem, 'elf' | 'interpreter'> {
  const say = (what: string): void =>
    void problems.push(fileProblem(name, file, { code: 'malformed-executable', message: what, hides: 'executables' }));
  let elf: ElfFile | undefined;
  let description: ElfDescription | undefined;
  try {
    elf = openElf(file.content);
    description = elf === undefined ? undefined : describeElf(elf);
  } catch (error) {
    // What it leads to is not there to be read. It can run all the same, so it stays an item.
    say(`ELF object whose headers lead astray: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
  const faults = elf === undefined ? ['the file has changed while it was read'] : elf.faults;
  if (faults.length > 0) say(`ELF object that is cut off or damaged: ${faults.slice(0, 5).join(', ')}`);
  if (description === undefined) return {};
  const { facts, interpreter } = description;
  return interpreter === undefined ? { elf: facts } : { interpreter, elf: facts };
}

function scriptDetails(file: CatalogFile): Pick<ExecutableItem, 'interpreter' | 'interpreterArgument'> {
  const shebang = parseShebang(file.head);
  if (shebang === undefined) return {};
  const { interpreter, argument } = shebang;
  return argument === undefined ? { interpreter } : { interpreter, interpreterArgument: argument };
}

function capabilitiesOf(file: CatalogFile, problems: Problem[]): string | undefined {
  const attribute = file.xattrs?.['security.capability'];
  if (attribute === undefined) return undefined;
  const text = capabilitiesText(attribute);
  if (text === undefined) {
    const message = `file capabilities of ${attribute.length} bytes that the kernel does not know`;
    problems.push(fileProblem(name, file, { code: 'malformed-capabilities', message, hides: 'executables' }));
  }
  return text === '' ? undefined : text;
}
