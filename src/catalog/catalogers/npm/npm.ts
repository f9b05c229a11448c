import type { CatalogFile, CatalogResult, Cataloger } from '../../cataloger.ts';
import { fileProblem, nothing, wholeFile } from '../../cataloger.ts';
import { textOf } from '../../package-text.ts';
import { isInNodeModules, isTestData } from './manifest-place.ts';
import { packageJson } from './package-json.ts';
import { packageLock } from './package-lock.ts';
import { pnpmLock } from './pnpm-lock.ts';
import { yarnLock } from './yarn-lock.ts';
import type { LockedPackage, LockResult } from './locked-package.ts';

const maxLockBytes = 16 * 1024 * 1024;

const lockReaders: ReadonlyMap<string, (text: string) => LockResult> = new Map([
  ['package-lock.json', packageLock],
  ['npm-shrinkwrap.json', packageLock],
  ['yarn.lock', yarnLock],
  ['pnpm-lock.yaml', pnpmLock],
]);

/** Packages that npm, yarn or pnpm installed, or will by a lock file. */
export const npm: Cataloger = {
  name: 'npm',
  version: 2,
  summary: 'Node.js packages: installed package.json files and the lock files of npm, yarn and pnpm.',
  packages: [{ name: 'npm', purlType: 'npm', versionScheme: 'semver', ecosystem: 'npm' }],
  claims: ['package.json', ...lockReaders.keys()].map((baseName) => ({ baseName })),
  catalog(file) {
    if (file.path.endsWith('/package.json')) return packageJson(file);
    return lockFile(file);
  },
};

function lockFile(file: CatalogFile): CatalogResult {
  const read = lockReaders.get(file.path.slice(file.path.lastIndexOf('/') + 1));
  if (read === undefined || isInNodeModules(file.path) || isTestData(file.path)) return nothing;
  const bytes = wholeFile(file, maxLockBytes);
  if (bytes === undefined) return lockProblem(file, `the lock file is larger than ${maxLockBytes} bytes`);
  const { packages, error } = read(textOf(bytes));
  const items = unique(packages).map((found) => ({
    kind: 'package' as const,
    name: found.name,
    version: found.version,
    path: file.path,
    evidence: 'lockfile' as const,
    ...(found.dev ? { dev: true } : {}),
    ...(found.license === undefined ? {} : { licenses: [found.license] }),
  }));
  return { items, problems: error === undefined ? [] : lockProblem(file, error).problems };
}

/** A tree names a package once for every place: one of each version remains, for development only if all of them are. */
function unique(packages: readonly LockedPackage[]): LockedPackage[] {
  const byKey = new Map<string, LockedPackage>();
  for (const found of packages) {
    const key = `${found.name}\n${found.version}`;
    const seen = byKey.get(key);
    if (seen === undefined) byKey.set(key, found);
    else if (seen.dev && !found.dev) byKey.set(key, found);
  }
  return [...byKey.values()];
}

function lockProblem(file: CatalogFile, message: string): CatalogResult {
  const problem = fileProblem('npm', file, { code: 'unreadable-lockfile', message, hides: 'packages' });
  return { items: [], problems: [problem] };
}
