import { lockedPackage } from './locked-package.ts';
import type { LockedPackage, LockResult } from './locked-package.ts';
import { type Need, type PnpmLock, readPnpmLock, withoutPeers } from './pnpm-lock-text.ts';

/** Reads `pnpm-lock.yaml`, versions 5 to 9. From 9 on the file no longer says what is for development: reachability does. */
export function pnpmLock(text: string): LockResult {
  const lock = readPnpmLock(text);
  if (!/^\d/.test(lock.version)) return { packages: [], error: 'the lock file has no lockfileVersion' };
  const major = Number.parseInt(lock.version, 10);
  if (major < 5 || major > 9)
    return { packages: [], error: `lock files of version ${lock.version.slice(0, 20)} are not supported` };
  const known = new Set(lock.entries.map(({ key }) => withoutPeers(key)));
  const missing = missingIn(lock, known, major);
  // Of a file that is cut off nobody can follow what is needed for production: then all may be.
  const needed = major === 9 && !lock.saysDev && missing === undefined ? reachable(lock, known) : undefined;
  const packages: LockedPackage[] = [];
  for (const entry of lock.entries) {
    const named = nameAndVersion(entry.key, major);
    const dev = needed === undefined ? entry.dev : !needed.has(withoutPeers(entry.key));
    const found = lockedPackage(entry.name ?? named.name, entry.version ?? named.version, dev);
    if (found !== undefined) packages.push(found);
  }
  if (lock.broken) return { packages, error: 'the lock file is cut off or not as pnpm writes it' };
  return missing === undefined ? { packages } : { packages, error: `the lock file is cut off: ${missing}` };
}

/**
 * What a whole file would have: an entry for all that anything needs and, from version 9 on, a snapshot of every entry. A
 * file that ends between two entries looks whole but for that.
 */
function missingIn(lock: PnpmLock, known: Keys, major: number): string | undefined {
  const { roots, needs, entries, snapshots } = lock;
  for (const list of [roots.map(({ need }) => need), ...needs.values()]) {
    const need = list.find((one) => !isLocal(one) && keyOf(one, known) === undefined);
    if (need !== undefined) return `it has no entry for ${need.name.slice(0, 214)} ${need.version.slice(0, 100)}`;
  }
  if (major < 9 || lock.saysDev) return undefined;
  if (lock.importers === 0) return 'it has no entry for the project itself';
  const bare = entries.find(({ key }) => !snapshots.has(withoutPeers(key)));
  return bare === undefined ? undefined : `it has no snapshot of ${bare.key.slice(0, 300)}`;
}

type Keys = ReadonlySet<string>;

/** Keys that are needed for production, by following needs from the project's own. */
function reachable(lock: PnpmLock, known: Keys): Keys {
  const seen = new Set<string>();
  const see = (need: Need): void => {
    const key = keyOf(need, known);
    if (key !== undefined) seen.add(key);
  };
  for (const { need, dev } of lock.roots) if (!dev) see(need);
  // A set's walk takes in what is added on the way.
  for (const key of seen) for (const need of lock.needs.get(key) ?? []) see(need);
  return seen;
}

/** The key that a need is met by: of its name and version, or the version, where that is a whole key (aliases, tarballs). */
function keyOf({ name, version }: Need, known: Keys): string | undefined {
  const bare = withoutPeers(version);
  return [`${name}@${bare}`, bare, `${name}/${bare}`].find((key) => known.has(key));
}

/** Parts of the project itself have no entry. */
function isLocal({ version }: Need): boolean {
  return /^(?:link|workspace):/.test(version);
}

/** 5: `/@scope/name/1.0.0_peers`; 6: `/@scope/name@1.0.0(peers)`; 9: the same without the first slash. */
function nameAndVersion(key: string, major: number): { name: string; version: string } {
  const bare = withoutPeers(key);
  const at = bare.indexOf('@', 1);
  const split = major === 5 || at < 0 ? bare.lastIndexOf('/') : at;
  if (split <= 0) return { name: '', version: '' };
  const version = bare.slice(split + 1);
  const peers = major === 5 ? version.indexOf('_') : -1;
  return { name: bare.slice(0, split), version: peers < 0 ? version : version.slice(0, peers) };
}
