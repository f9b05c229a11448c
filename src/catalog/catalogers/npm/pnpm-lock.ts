import { indentedLines } from './indented-lines.ts';
import { lockedPackage } from './locked-package.ts';
import type { LockedPackage, LockResult } from './locked-package.ts';

interface Entry {
  readonly key: string;
  name?: string;
  version?: string;
  dev: boolean;
}

interface Lock {
  version: string;
  readonly entries: Entry[];
  /** Keys (name and version, with peers) that importers need for production, and what each key depends on. */
  readonly roots: string[];
  readonly edges: Map<string, string[]>;
  /** A line stands where only a key can, and is none. */
  broken: boolean;
}

/** Reads `pnpm-lock.yaml`, versions 5 to 9. From 9 on the file no longer says what is for development: reachability does. */
export function pnpmLock(text: string): LockResult {
  const lock = readLock(text);
  if (!/^\d/.test(lock.version)) return { packages: [], error: 'the lock file has no lockfileVersion' };
  const major = Number.parseInt(lock.version, 10);
  if (major < 5 || major > 9)
    return { packages: [], error: `lock files of version ${lock.version.slice(0, 20)} are not supported` };
  // Without snapshots nothing can be followed: early files of version 9 still say themselves.
  const needed = major === 9 && lock.edges.size > 0 ? reachable(lock) : undefined;
  const known = new Set(lock.entries.map(({ key }) => withoutPeers(key)));
  // An importer's dependency that is no package any more tells that the file is cut off.
  const missing = lock.roots.some((key) => !known.has(key) && !/^(?:link|file|workspace):/.test(key));
  const packages: LockedPackage[] = [];
  for (const entry of lock.entries) {
    const named = nameAndVersion(entry.key, major);
    const dev = needed === undefined ? entry.dev : !needed.has(withoutPeers(entry.key));
    const found = lockedPackage(entry.name ?? named.name, entry.version ?? named.version, dev);
    if (found !== undefined) packages.push(found);
  }
  return lock.broken || missing
    ? { packages, error: 'the lock file is cut off or not as pnpm writes it' }
    : { packages };
}

function readLock(text: string): Lock {
  const lock: Lock = { version: '', entries: [], roots: [], edges: new Map(), broken: false };
  let section = '';
  let entry: Entry | undefined;
  let edges: string[] | undefined;
  let list = '';
  let dependency = '';
  for (const { indent, key, value, colon } of indentedLines(text)) {
    if (indent <= 2 && !colon) lock.broken = true;
    if (indent === 0) {
      section = key;
      if (key === 'lockfileVersion') lock.version = value;
    } else if (section === 'packages') {
      if (indent === 2) lock.entries.push((entry = { key, dev: false }));
      else if (indent === 4 && entry !== undefined) readField(entry, key, value);
    } else if (section === 'snapshots') {
      if (indent === 2) {
        edges = lock.edges.get(withoutPeers(key)) ?? [];
        lock.edges.set(withoutPeers(key), edges);
      } else if (indent === 4) list = key;
      else if (indent === 6 && list !== 'transitivePeerDependencies') edges?.push(keyOf(key, value));
    } else if (section === 'importers') {
      if (indent === 4) list = key;
      else if (indent === 6) dependency = key;
      else if (indent === 8 && key === 'version' && list !== 'devDependencies')
        lock.roots.push(keyOf(dependency, value));
    }
  }
  return lock;
}

function readField(entry: Entry, key: string, value: string): void {
  if (key === 'dev') entry.dev = value === 'true';
  // Of packages that come from elsewhere than a registry.
  else if (key === 'name') entry.name = value;
  else if (key === 'version') entry.version = value;
}

/** Keys that are needed for production, by following dependencies from the importers'. */
function reachable(lock: Lock): Set<string> {
  const seen = new Set(lock.roots);
  // A set's walk takes in what is added on the way.
  for (const key of seen) for (const next of lock.edges.get(key) ?? []) seen.add(next);
  return seen;
}

/** The key of a dependency: its version, unless that is a whole key already (aliases, tarballs). */
function keyOf(name: string, version: string): string {
  const bare = withoutPeers(version);
  return /^\d/.test(bare) ? `${name}@${bare}` : bare;
}

/** `/a@1.0.0(b@2.0.0)(c@3.0.0)` → `a@1.0.0`. */
function withoutPeers(key: string): string {
  const start = key.startsWith('/') ? 1 : 0;
  const peers = key.indexOf('(');
  return peers < 0 ? key.slice(start) : key.slice(start, peers);
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
