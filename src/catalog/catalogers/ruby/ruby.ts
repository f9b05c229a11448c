import { fileProblem, nothing, wholeFile } from '../../cataloger.ts';
import type { CatalogFile, Cataloger, CatalogResult } from '../../cataloger.ts';
import { declaredLicenses, textOf } from '../../package-text.ts';
import { readGemfileLock } from './gemfile-lock.ts';
import { readGemspec } from './gemspec.ts';

const maxSpecificationBytes = 1024 * 1024;
const maxLockBytes = 16 * 1024 * 1024;

/** Ruby gems, installed ones (default gems too) and those that a Gemfile.lock pins. */
export const ruby: Cataloger = {
  name: 'ruby',
  version: 1,
  summary: 'Ruby gems: specifications of installed gems, default gems too, and Gemfile.lock.',
  packages: [{ name: 'gem', purlType: 'gem', versionScheme: 'gem', ecosystem: 'RubyGems' }],
  claims: [{ suffix: '.gemspec' }, { baseName: 'Gemfile.lock' }, { baseName: 'gems.locked' }],
  catalog(file) {
    return file.path.endsWith('.gemspec') ? specification(file) : lockFile(file);
  },
};

/** Only in `specifications/` and `specifications/default/` does a specification mean an installed gem. */
const installedPlace = /\/specifications\/(?:default\/)?([^/]+)\.gemspec$/;
/** A checkout that bundler made of a gem that is not from a registry. */
const checkoutPlace = /\/bundler\/gems\/[^/]+\/[^/]+\.gemspec$/;

function specification(file: CatalogFile): CatalogResult {
  const fileName = installedPlace.exec(file.path)?.[1];
  if (fileName === undefined && !checkoutPlace.test(file.path)) return nothing;
  const bytes = wholeFile(file, maxSpecificationBytes);
  const gem = bytes === undefined ? undefined : readGemspec(textOf(bytes), fileName);
  if (gem === undefined) {
    const message = 'the specification does not state its name and version as literals';
    return problem(file, 'unreadable-package-metadata', message);
  }
  const licenses = declaredLicenses(gem.licenses);
  const item = {
    kind: 'package',
    name: gem.name,
    version: gem.version,
    path: file.path,
    evidence: 'installed',
  } as const;
  return { items: [licenses === undefined ? item : { ...item, licenses }], problems: [] };
}

/** Gems carry the lock files of their own development: those pin nothing that is here. */
function lockFile(file: CatalogFile): CatalogResult {
  if (file.path.includes('/gems/')) return nothing;
  const bytes = wholeFile(file, maxLockBytes);
  const lock = bytes === undefined ? undefined : readGemfileLock(textOf(bytes));
  if (lock === undefined) return problem(file, 'unreadable-lockfile', 'it is not as bundler writes it, or too large');
  const items = lock.gems.map(
    ({ name, version }) => ({ kind: 'package', name, version, path: file.path, evidence: 'lockfile' }) as const,
  );
  const problems = lock.whole ? [] : problem(file, 'unreadable-lockfile', 'the lock file is cut off').problems;
  return { items, problems };
}

function problem(file: CatalogFile, code: string, message: string): CatalogResult {
  return { items: [], problems: [fileProblem('ruby', file, { code, message, hides: 'packages' })] };
}
