import { isVersion, lockedPackage } from './locked-package.ts';
import type { LockedPackage, LockResult } from './locked-package.ts';

const maxParts = 500_000;

type Fields = Readonly<Record<string, unknown>>;

/** Reads `package-lock.json` and `npm-shrinkwrap.json`: version 1 (a tree), 2 (both) and 3 (a list of folders). */
export function packageLock(text: string): LockResult {
  if (hasTooManyParts(text)) return { packages: [], error: 'the lock file is nested far beyond what npm writes' };
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch {
    return { packages: [], error: 'the lock file is not JSON' };
  }
  if (!isFields(lock)) return { packages: [], error: 'the lock file is not a JSON object' };
  if (isFields(lock['packages'])) return { packages: fromFolders(lock['packages']) };
  if (isFields(lock['dependencies'])) return { packages: fromTree(lock['dependencies']) };
  const known = 'lockfileVersion' in lock || 'name' in lock;
  return known ? { packages: [] } : { packages: [], error: 'the lock file has neither packages nor dependencies' };
}

/** Versions 2 and 3: keys are folders. The root, workspaces and links to them are the project itself. */
function fromFolders(folders: Fields): LockedPackage[] {
  const packages: LockedPackage[] = [];
  for (const [folder, entry] of Object.entries(folders)) {
    const at = folder.lastIndexOf('node_modules/');
    if (at < 0 || !isFields(entry) || entry['link'] === true) continue;
    const found = lockedPackage(
      // An alias's folder is called otherwise than the package.
      entry['name'] ?? folder.slice(at + 'node_modules/'.length),
      entry['version'],
      entry['dev'] === true,
      entry['license'],
    );
    if (found !== undefined) packages.push(found);
  }
  return packages;
}

/** Version 1: a tree as deep as the file likes, so walked without recursion. */
function fromTree(root: Fields): LockedPackage[] {
  const packages: LockedPackage[] = [];
  const open: Fields[] = [root];
  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    for (const [key, entry] of Object.entries(tree)) {
      if (!isFields(entry)) continue;
      const { name, version } = nameAndVersion(key, entry);
      const local = typeof entry['version'] === 'string' && entry['version'].startsWith('file:');
      const found = local ? undefined : lockedPackage(name, version, entry['dev'] === true);
      if (found !== undefined) packages.push(found);
      if (isFields(entry['dependencies'])) open.push(entry['dependencies']);
    }
  }
  return packages;
}

/** In version 1 `version` may be an alias (`npm:lodash@4.17.19`) or an address; a registry's tarball names the version. */
function nameAndVersion(key: string, entry: Fields): { name: string; version: string } {
  const version = typeof entry['version'] === 'string' ? entry['version'] : '';
  if (version.startsWith('npm:')) {
    const at = version.lastIndexOf('@');
    return { name: version.slice('npm:'.length, at), version: version.slice(at + 1) };
  }
  if (isVersion(version)) return { name: key, version };
  const file = version.slice(version.lastIndexOf('/') + 1);
  const start = `${key.slice(key.lastIndexOf('/') + 1)}-`;
  const inFile = file.startsWith(start) && file.endsWith('.tgz') ? file.slice(start.length, -'.tgz'.length) : '';
  return { name: key, version: inFile };
}

/** Brackets cost a parser far more memory than their bytes: the largest honest lock files have some hundred thousand. */
function hasTooManyParts(text: string): boolean {
  if (text.length <= maxParts) return false;
  let parts = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code === 0x5b || code === 0x7b) && ++parts > maxParts) return true;
  }
  return false;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
