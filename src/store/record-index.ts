import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type BaseFacts, CodedError, type Digest, type ImageRecord, type Owner, type Package } from '../model/index.ts';
import { loadSqlite } from '../sqlite/index.ts';

/** An image whose record is kept. */
export interface IndexedImage {
  readonly id: number;
  readonly digest: Digest;
  /** The names under which it was scanned. */
  readonly names: readonly string[];
  readonly platform?: string;
  /** RFC 3339: when its record was kept. */
  readonly keptAt: string;
  readonly base?: BaseFacts;
}

/** A package as advisories are looked up for it: one entry for all images that have it. */
export type IndexedPackage = Pick<
  Package,
  'type' | 'name' | 'version' | 'purl' | 'scheme' | 'ecosystem' | 'arch' | 'source' | 'modularity'
> & {
  readonly id: number;
};

/** An image that has a package, and who brought it there. */
export interface PackageUse {
  readonly packageId: number;
  readonly imageId: number;
  readonly owner: Owner;
  readonly layer?: number;
  readonly path?: string;
}

/** Raise it with the tables: an index of another version is made anew from the records. */
const version = 1;

const tables = `
CREATE TABLE image (
  id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, names TEXT NOT NULL, platform TEXT, kept_at TEXT NOT NULL, base TEXT
);
CREATE TABLE alias (digest TEXT NOT NULL, image INTEGER NOT NULL, PRIMARY KEY (digest, image)) WITHOUT ROWID;
CREATE TABLE layer (chain BLOB NOT NULL, image INTEGER NOT NULL, PRIMARY KEY (chain, image)) WITHOUT ROWID;
CREATE TABLE blob (digest TEXT NOT NULL, image INTEGER NOT NULL, PRIMARY KEY (digest, image)) WITHOUT ROWID;
CREATE TABLE package (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE called (name TEXT NOT NULL, package INTEGER NOT NULL, PRIMARY KEY (name, package)) WITHOUT ROWID;
CREATE TABLE path (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE use (
  package INTEGER NOT NULL, image INTEGER NOT NULL, path INTEGER NOT NULL, layer INTEGER, is_base INTEGER NOT NULL,
  PRIMARY KEY (package, image, path)
) WITHOUT ROWID;
CREATE INDEX use_image ON use (image);
PRAGMA user_version = ${version};
`;

/**
 * What kept records hold, by package, layer and digest, so that a question about ten thousand images reads none of them.
 * Everything in it follows from the records; a broken one is made anew.
 */
export class RecordIndex {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @param fill takes in what is kept already, when the index is made; others see it only once it is whole. */
  constructor(file: string, fill: (index: RecordIndex) => void) {
    this.#database = openFile(file);
    if (versionOf(this.#database) === version) return;
    this.transaction(() => {
      // Somebody else may have made it meanwhile.
      if (versionOf(this.#database) === version) return;
      this.#database.exec(tables);
      fill(this);
    });
  }

  /** Runs changes so that all of them count or none. */
  transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Takes a record in; what was known of that image before is forgotten. */
  put(record: ImageRecord, names: readonly string[], keptAt: string): void {
    const { image } = record;
    const [known] = this.#all('SELECT id FROM image WHERE digest = ?', image.digest);
    if (known !== undefined) this.#forget(Number(known['id']));
    this.#run(
      'INSERT INTO image (digest, names, platform, kept_at, base) VALUES (?, ?, ?, ?, ?)',
      image.digest,
      JSON.stringify(names),
      image.platform ?? null,
      keptAt,
      record.base === undefined ? null : JSON.stringify(record.base),
    );
    const id = Number(this.#all('SELECT id FROM image WHERE digest = ?', image.digest)[0]!['id']);
    for (const digest of new Set([image.digest, image.manifestDigest, image.configDigest]))
      if (digest !== undefined) this.#run('INSERT INTO alias VALUES (?, ?)', digest, id);
    const chains = chainsOf(record.layers.map(({ diffId }) => diffId));
    for (const chain of chains) this.#run('INSERT OR IGNORE INTO layer VALUES (?, ?)', chain, id);
    for (const digest of new Set(record.layers.flatMap((layer) => [layer.diffId, layer.digest])))
      if (digest !== undefined) this.#run('INSERT INTO blob VALUES (?, ?)', digest, id);
    for (const found of record.packages) if (found.place.deletedIn === undefined) this.#putPackage(found, id);
  }

  images(): readonly IndexedImage[] {
    return this.#all('SELECT * FROM image ORDER BY id').map(imageOf);
  }

  count(): number {
    return Number(this.#all('SELECT count(*) AS n FROM image')[0]!['n']);
  }

  imagesById(ids: readonly number[]): ReadonlyMap<number, IndexedImage> {
    const found = new Map<number, IndexedImage>();
    // One question for all costs less than many.
    if (ids.length > 500) {
      const wanted = new Set(ids);
      for (const image of this.images()) if (wanted.has(image.id)) found.set(image.id, image);
      return found;
    }
    for (const id of ids)
      for (const row of this.#all('SELECT * FROM image WHERE id = ?', id)) found.set(id, imageOf(row));
    return found;
  }

  /** Images of that digest: of their manifest or configuration. */
  imagesOfDigest(digest: string): readonly number[] {
    return this.#ids('SELECT image AS id FROM alias WHERE digest = ? ORDER BY image', digest);
  }

  /** Images with that layer, by its diff ID or the digest of its blob. */
  imagesWithLayer(digest: string): readonly number[] {
    return this.#ids('SELECT image AS id FROM blob WHERE digest = ? ORDER BY image', digest);
  }

  /** Images whose lowest layers are these. */
  imagesOn(diffIds: readonly Digest[]): readonly number[] {
    const chain = chainsOf(diffIds).at(-1);
    return chain === undefined ? [] : this.#ids('SELECT image AS id FROM layer WHERE chain = ? ORDER BY image', chain);
  }

  /**
   * Packages of that name, or made from a source of that name, or whose name ends with it after a namespace
   * (`log4j-core`); spellings that some ecosystem takes for one count as one.
   */
  packagesCalled(name: string): readonly IndexedPackage[] {
    const sql = 'SELECT id, body FROM called JOIN package ON id = package WHERE name = ? ORDER BY id';
    return this.#all(sql, nameKey(name)).map((row) => ({
      ...(JSON.parse(String(row['body'])) as Omit<IndexedPackage, 'id'>),
      id: Number(row['id']),
    }));
  }

  usesOf(packageId: number): readonly PackageUse[] {
    const sql =
      'SELECT image, text, layer, is_base FROM use JOIN path ON path.id = path WHERE package = ? ORDER BY image, text';
    return this.#all(sql, packageId).map(({ image, text, layer, is_base: isBase }) => ({
      packageId,
      imageId: Number(image),
      owner: isBase === 1 ? 'base' : 'app',
      ...(layer === null ? {} : { layer: Number(layer) }),
      ...(text === '' ? {} : { path: String(text) }),
    }));
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #putPackage(found: Package, image: number): void {
    // What its distribution's advisories speak for is looked up as that package.
    if (found.ownedBy !== undefined) return;
    const { type, name, version: installed, purl, scheme, ecosystem, arch, source, modularity } = found;
    const body = JSON.stringify({ type, name, version: installed, purl, scheme, ecosystem, arch, source, modularity });
    const identity = hash('sha256', body, 'base64url');
    let [row] = this.#all('SELECT id FROM package WHERE identity = ?', identity);
    if (row === undefined) {
      [row] = this.#all('INSERT INTO package (identity, body) VALUES (?, ?) RETURNING id', identity, body);
      for (const key of namesOf(name, source?.name))
        this.#run('INSERT INTO called VALUES (?, ?)', key, Number(row!['id']));
    }
    this.#run(
      'INSERT OR IGNORE INTO use (package, image, path, layer, is_base) VALUES (?, ?, ?, ?, ?)',
      Number(row!['id']),
      image,
      this.#pathId(found.place.path ?? ''),
      found.place.layer ?? null,
      found.place.owner === 'base' ? 1 : 0,
    );
  }

  #pathId(text: string): number {
    const [known] = this.#all('SELECT id FROM path WHERE text = ?', text);
    return Number((known ?? this.#all('INSERT INTO path (text) VALUES (?) RETURNING id', text)[0]!)['id']);
  }

  #forget(id: number): void {
    for (const table of ['alias', 'layer', 'blob', 'use']) this.#run(`DELETE FROM ${table} WHERE image = ?`, id);
    this.#run('DELETE FROM image WHERE id = ?', id);
  }

  #ids(sql: string, ...values: readonly SQLInputValue[]): readonly number[] {
    return this.#all(sql, ...values).map(({ id }) => Number(id));
  }

  #all(sql: string, ...values: readonly SQLInputValue[]): Record<string, unknown>[] {
    return this.#prepare(sql).all(...values);
  }

  #run(sql: string, ...values: readonly SQLInputValue[]): void {
    this.#prepare(sql).run(...values);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}

/** Opens the file; one that is broken or of another version makes way, since it only says again what the records say. */
function openFile(file: string): DatabaseSync {
  for (const isSecond of [false, true]) {
    let database: DatabaseSync | undefined;
    try {
      database = new (loadSqlite().DatabaseSync)(file, { timeout: 60_000 });
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      const found = versionOf(database);
      if (found !== version && found !== 0) throw new Error('it is of another version and not a database for us');
      return database;
    } catch (error) {
      database?.close();
      const { message } = error as Error;
      if (isSecond || !/not a database|malformed/.test(message))
        throw new CodedError('records-unusable', `the index ${file} can't be used: ${message}`, { cause: error });
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    }
  }
  throw new Error('unreachable');
}

function versionOf(database: DatabaseSync): number {
  return Number(Object.values(database.prepare('PRAGMA user_version').get() ?? {})[0]);
}

/** For each layer, what it and all below it are: two images stand on the same layers where these agree. */
function chainsOf(diffIds: readonly Digest[]): readonly Buffer[] {
  let below = '';
  return diffIds.map((diffId) => {
    below = hash('sha256', `${below} ${diffId}`, 'hex');
    return Buffer.from(below.slice(0, 32), 'hex');
  });
}

/** As PyPI, the laxest of all, compares names; who asks compares again by the ecosystem's own rules. */
function nameKey(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function namesOf(name: string, source: string | undefined): ReadonlySet<string> {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
  return new Set([name, last, source ?? name].map(nameKey));
}

function imageOf(row: Record<string, unknown>): IndexedImage {
  return {
    id: Number(row['id']),
    digest: String(row['digest']) as Digest,
    names: JSON.parse(String(row['names'])) as string[],
    ...(row['platform'] === null ? {} : { platform: String(row['platform']) }),
    keptAt: String(row['kept_at']),
    ...(row['base'] === null ? {} : { base: JSON.parse(String(row['base'])) as BaseFacts }),
  };
}
