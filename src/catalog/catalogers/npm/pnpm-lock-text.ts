import { indentedLines } from './indented-lines.ts';

export interface PnpmEntry {
  readonly key: string;
  name?: string;
  version?: string;
  dev: boolean;
}

/** What something needs: a name and, mostly, a version, as written. */
export interface Need {
  readonly name: string;
  readonly version: string;
}

export interface PnpmLock {
  version: string;
  readonly entries: PnpmEntry[];
  /** What the project itself needs, by whether for production. */
  readonly roots: { readonly need: Need; readonly dev: boolean }[];
  /** What each key (name and version, without peers) needs. */
  readonly needs: Map<string, Need[]>;
  /** Keys of the section `snapshots`, which version 9 has for every package. */
  readonly snapshots: Set<string>;
  /** A file of version 9 so early that it says itself what is for development, and has no snapshots. */
  saysDev: boolean;
  /** Projects that it is the lock file of, where it names them. */
  importers: number;
  /** A line stands where only a key can, and is none. */
  broken: boolean;
}

const needLists: ReadonlySet<string> = new Set(['dependencies', 'devDependencies', 'optionalDependencies']);

/** What stands in a `pnpm-lock.yaml`, of whatever version, and whether it can be one. */
export function readPnpmLock(text: string): PnpmLock {
  const reader = new LockReader();
  for (const { indent, key, value, colon } of indentedLines(text)) {
    if (indent <= 2 && !colon) reader.lock.broken = true;
    reader.read(indent, key, value);
  }
  return reader.lock;
}

class LockReader {
  readonly lock: PnpmLock = {
    version: '',
    entries: [],
    roots: [],
    needs: new Map(),
    snapshots: new Set(),
    saysDev: false,
    importers: 0,
    broken: false,
  };
  #section = '';
  #entry: PnpmEntry | undefined;
  #needs: Need[] = [];
  #list = '';
  #name = '';

  read(indent: number, key: string, value: string): void {
    if (indent === 0) {
      this.#section = key;
      if (key === 'lockfileVersion') this.lock.version = value;
    } else if (this.#section === 'packages' || this.#section === 'snapshots') this.#inPackage(indent, key, value);
    else if (this.#section === 'importers') {
      if (indent === 2) this.lock.importers++;
      else if (indent === 4) this.#list = key;
      else this.#root(this.#list, { indent: indent - 6, key, value });
    } else {
      // A project without workspaces, before version 9.
      this.#root(this.#section, { indent: indent - 2, key, value });
    }
  }

  #inPackage(indent: number, key: string, value: string): void {
    if (indent === 2) {
      const bare = withoutPeers(key);
      this.#list = '';
      this.#needs = this.lock.needs.get(bare) ?? [];
      this.lock.needs.set(bare, this.#needs);
      if (this.#section === 'snapshots') this.lock.snapshots.add(bare);
      else this.lock.entries.push((this.#entry = { key, dev: false }));
    } else if (indent === 4) {
      this.#list = key;
      if (this.#section === 'packages' && this.#entry !== undefined) this.#field(this.#entry, key, value);
    } else if (indent === 6 && needLists.has(this.#list)) this.#needs.push({ name: key, version: value });
  }

  #field(entry: PnpmEntry, key: string, value: string): void {
    if (key === 'dev') {
      entry.dev = value === 'true';
      this.lock.saysDev = true;
    }
    // Of packages that come from elsewhere than a registry.
    else if (key === 'name') entry.name = value;
    else if (key === 'version') entry.version = value;
  }

  /** Before version 6 the version stands behind the name, then in a line of its own below it. */
  #root(list: string, { indent, key, value }: { indent: number; key: string; value: string }): void {
    if (indent === 0) this.#name = key;
    const isVersion = indent === 0 ? value !== '' : indent === 2 && key === 'version';
    if (isVersion && needLists.has(list))
      this.lock.roots.push({ need: { name: this.#name, version: value }, dev: list === 'devDependencies' });
  }
}

/** `/a@1.0.0(b@2.0.0)(c@3.0.0)` → `a@1.0.0`. */
export function withoutPeers(key: string): string {
  const start = key.startsWith('/') ? 1 : 0;
  const peers = key.indexOf('(');
  return peers < 0 ? key.slice(start) : key.slice(start, peers);
}
