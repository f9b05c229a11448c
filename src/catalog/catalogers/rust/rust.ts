import { isElf, mentionsRustc, openElf, readAt, readSections } from '../../../formats/elf/index.ts';
import type { PackageItem } from '../../../model/index.ts';
import type { Cataloger, CatalogFile, CatalogResult } from '../../cataloger.ts';
import { fileProblem, nothing, wholeFile } from '../../cataloger.ts';
import { readAuditData } from './audit-data.ts';
import { parseCargoLock } from './cargo-lock.ts';

const name = 'rust';
const maxSectionBytes = 8 << 20;
const maxLockBytes = 32 << 20;

/** Crates of Rust programs built with cargo-auditable, and of Cargo.lock files. */
export const rust: Cataloger = {
  name,
  version: 1,
  summary: 'Rust crates named inside programs by cargo-auditable, and in Cargo.lock',
  packages: [{ name: 'cargo', purlType: 'cargo', versionScheme: 'semver', ecosystem: 'crates.io' }],
  claims: [{ content: 'elf' }, { baseName: 'Cargo.lock' }],
  maxBytes: Number.MAX_SAFE_INTEGER,
  catalog: (file) =>
    isElf(file.head) ? catalogProgram(file) : file.path.endsWith('/Cargo.lock') ? catalogLock(file) : nothing,
};

function catalogProgram(file: CatalogFile): CatalogResult {
  const elf = openElf(file.content);
  if (elf === undefined || !elf.readable || elf.sectionTable.count === 0) return nothing;
  const sections = readSections(elf);
  const section = sections.named('.dep-v0');
  if (section === undefined) return mentionsRustc(elf, sections) ? unaudited(file) : nothing;
  const bytes = readAt(file.content, section.offset, Math.min(section.sizeBytes, maxSectionBytes));
  const crates = readAuditData(bytes);
  if (typeof crates === 'string') {
    const message = `the list of crates in this Rust program can't be read: ${crates}`;
    return {
      items: [],
      problems: [fileProblem(name, file, { code: 'malformed-audit-data', message, hides: 'packages' })],
    };
  }
  const items = crates.map((crate): PackageItem => {
    const item = {
      kind: 'package',
      name: crate.name,
      version: crate.version,
      path: file.path,
      evidence: 'embedded',
    } as const;
    return crate.build ? { ...item, dev: true } : item;
  });
  return { items, problems: [] };
}

function catalogLock(file: CatalogFile): CatalogResult {
  const bytes = wholeFile(file, maxLockBytes);
  if (bytes === undefined) {
    const message = `Cargo.lock of ${file.sizeBytes} bytes is larger than the 32 MiB that are read`;
    return { items: [], problems: [fileProblem(name, file, { code: 'file-too-large', message, hides: 'packages' })] };
  }
  const { crates, faults } = parseCargoLock(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  const items = crates.map((crate): PackageItem => ({
    kind: 'package',
    name: crate.name,
    version: crate.version,
    path: file.path,
    evidence: 'lockfile',
  }));
  if (faults.length === 0) return { items, problems: [] };
  const message = `Cargo.lock can't be read whole: ${faults.join('; ')}`;
  return { items, problems: [fileProblem(name, file, { code: 'malformed-lock-file', message, hides: 'packages' })] };
}

/** Only worth saying: wheels and tools written in Rust are everywhere, and few are built to name their crates. */
function unaudited(file: CatalogFile): CatalogResult {
  const message = 'Rust program that does not name its crates (not built with cargo-auditable)';
  return { items: [], problems: [fileProblem(name, file, { code: 'missing-audit-data', message, hides: 'nothing' })] };
}
