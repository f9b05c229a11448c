import { randomBytes } from 'node:crypto';
import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EpssScore, ExploitedCve, SupportCycle, UnsupportedPackage } from '../feeds/intelligence.ts';
import { noteChanges } from './changes.ts';
import { contentDigest } from './content-digest.ts';
import { applicationId, formatVersion, tables } from './format.ts';
import { loadSqlite } from '../../sqlite/index.ts';
import { mergeAffected } from './merge-affected.ts';
import { openDatabaseFile } from './open-database.ts';
import type { PreparedAdvisory } from './rows.ts';
import { removeStaleFiles, temporaryName } from './stale-files.ts';

/** What became of an advisory that was handed to the builder. */
export type AddResult = 'added' | 'duplicate' | 'older';

interface BuilderOptions {
  /** Begin with nothing, whatever is there. */
  readonly replace: boolean;
}

/**
 * Builds a database in a temporary file beside its place, from what is there already, and puts it there in one step.
 * Rows from the same advisories come out the same in any order: for one advisory and package, the newest `modified`
 * wins, and equal ones are united.
 */
export class DatabaseBuilder {
  /** The date of the database that it extends; undefined where it begins with nothing. */
  readonly dated: DatabaseDate | undefined;
  private readonly path: string;
  private readonly temporary: string;
  private readonly database: DatabaseSync;
  private readonly statements: Statements;
  /** What it extends. */
  private readonly before: string | undefined;
  private origin: string;

  /**
   * @throws CodedError as opening does, where the present file can't be read and is not to be replaced
   */
  constructor(path: string, origin: string, options: BuilderOptions) {
    this.path = path;
    this.origin = origin;
    mkdirSync(dirname(path), { recursive: true });
    removeStaleFiles(path);
    this.temporary = temporaryName(path, randomBytes(4).toString('hex'));
    const extend = !options.replace && existsSync(path);
    this.before = extend ? path : undefined;
    if (extend) {
      openDatabaseFile(path).close();
      copyFileSync(path, this.temporary);
    }
    this.database = new (loadSqlite().DatabaseSync)(this.temporary);
    // Durability comes from the rename; 128 MiB of pages keep the import's memory flat.
    this.database.exec(
      'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -131072; PRAGMA temp_store = FILE',
    );
    this.database.exec('PRAGMA locking_mode = EXCLUSIVE');
    if (!extend)
      this.database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion}; ${tables}`);
    this.database.exec('DROP INDEX IF EXISTS affected_by_id; DELETE FROM alias; DELETE FROM ecosystem; BEGIN');
    this.statements = prepare(this.database);
    this.dated = extend ? this.readDate() : undefined;
  }

  /** Adds an advisory, or the newer part of it. */
  add(advisory: PreparedAdvisory): AddResult {
    const { id, modified } = advisory;
    const body = JSON.stringify(advisory.body);
    let result: AddResult = 'added';
    // Nearly all are new: one statement each, and a look at what is there only where it refuses.
    if (this.statements.newAdvisory.run(id, modified, this.origin, body).changes === 0)
      result = this.replaceAdvisory(id, modified, body);
    for (const { ecosystem, package: name, body: affected } of advisory.affected) {
      const alone = mergeAffected(undefined, { modified, body: affected }) ?? '';
      if (this.statements.newAffected.run(ecosystem, name, id, modified, this.origin, alone).changes === 1) {
        result = 'added';
        continue;
      }
      const present = this.statements.affected.get(ecosystem, name, id) as
        { modified: string; body: string } | undefined;
      if (present?.modified === modified && present.body === alone) continue;
      const merged = mergeAffected(present, { modified, body: affected });
      if (merged === undefined) continue;
      this.statements.putAffected.run(ecosystem, name, id, modified, this.origin, merged);
      result = 'added';
    }
    return result;
  }

  /** The newer one stands; of two equally old ones, the one that sorts last, so that their order does not matter. */
  private replaceAdvisory(id: string, modified: string, body: string): AddResult {
    const present = this.statements.advisory.get(id) as { modified: string; body: string };
    if (present.modified < modified || (present.modified === modified && present.body < body))
      this.statements.putAdvisory.run(id, modified, this.origin, body);
    if (present.modified < modified) return 'added';
    return present.modified === modified ? 'duplicate' : 'older';
  }

  /** Notes that an advisory no longer holds; versions of it up to this one go, whenever they come. */
  withdraw(id: string, modified: string): void {
    this.statements.withdraw.run(id, modified);
  }

  /** Rows that follow are this origin's; what it brought before is forgotten. */
  beginOrigin(origin: string): void {
    this.origin = origin;
    this.database.prepare('DELETE FROM affected WHERE origin = ?').run(origin);
    this.database.prepare('DELETE FROM advisory WHERE origin = ?').run(origin);
    const table = ownTables.get(origin);
    if (table !== undefined) this.database.exec(`DELETE FROM ${table}`);
  }

  /** Which version of a feed the database holds, as `setFeedVersion` noted it. */
  feedVersion(origin: string): string | undefined {
    const row = this.statements.meta.get(`feed:${origin}`) as { value: string } | undefined;
    return row?.value;
  }

  setFeedVersion(origin: string, version: string): void {
    this.statements.putMeta.run(`feed:${origin}`, version);
  }

  /** Adds a catalogue of exploited CVEs to what is known of them: the first day stands, and the last one due. */
  addExploited(date: string, entries: Iterable<ExploitedCve>): void {
    this.isNewest('date:exploited', date);
    for (const { cve, since, due, ransomware } of entries)
      this.statements.exploited.run(cve, since, due ?? null, ransomware ? 1 : 0);
  }

  /** Begins a set of EPSS scores, unless newer ones are there; `addEpss` follows for each. */
  beginEpss(date: string): boolean {
    if (!this.isNewest('date:epss', date)) return false;
    this.database.exec('DELETE FROM epss');
    return true;
  }

  addEpss({ cve, score, percentile }: EpssScore): void {
    this.statements.epss.run(cve, score, percentile);
  }

  /** Adds a release cycle; where two sources differ, the later day stands. */
  addSupport({ product, cycle, ends, extended }: SupportCycle): void {
    this.statements.support.run(product, cycle, ends ?? null, extended ?? null);
  }

  addUnsupported({ ecosystem, package: name, version, ended }: UnsupportedPackage): void {
    this.statements.unsupported.run(ecosystem, name, version, ended);
  }

  /**
   * Finishes the file and puts it in its place.
   * @param builtAt RFC 3339: the day of the data, for the database and each verdict that rests on it
   * @param how how that is known, and when the file is made (RFC 3339): of two files the one that is made later is the newer one
   */
  finish(
    builtAt: string,
    { datedBy = 'given', madeAt = builtAt }: { readonly datedBy?: DatedBy; readonly madeAt?: string } = {},
  ): { readonly digest: string } {
    const { database } = this;
    database.exec(`
      CREATE INDEX affected_by_id ON affected (id);
      DELETE FROM affected WHERE id IN (SELECT id FROM withdrawn)
        AND modified <= (SELECT modified FROM withdrawn WHERE withdrawn.id = affected.id);
      DELETE FROM advisory WHERE id IN (SELECT id FROM withdrawn)
        AND modified <= (SELECT modified FROM withdrawn WHERE withdrawn.id = advisory.id);
      INSERT OR IGNORE INTO alias (alias, id)
        SELECT value, advisory.id FROM advisory, json_each(advisory.body, '$.aliases')
        UNION SELECT value, advisory.id FROM advisory, json_each(advisory.body, '$.upstream') ORDER BY 1, 2;
      INSERT INTO ecosystem
        SELECT ecosystem, count(DISTINCT id), count(DISTINCT package), max(modified) FROM affected GROUP BY ecosystem;
    `);
    const digest = contentDigest(database);
    noteChanges(database, { before: this.before, digest, builtAt });
    const put = database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
    put.run('digest', digest);
    put.run('builtAt', builtAt);
    put.run('datedBy', datedBy);
    put.run('madeAt', madeAt);
    database.exec('COMMIT; PRAGMA optimize');
    database.close();
    syncFile(this.temporary);
    renameSync(this.temporary, this.path);
    syncFile(dirname(this.path));
    return { digest };
  }

  /** Keeps a number for `db info`. */
  setCount(name: string, count: number): void {
    this.database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(`count:${name}`, String(count));
  }

  /** Leaves what was there as it was. Safe after a failure at any point. */
  abandon(): void {
    if (this.database.isOpen) this.database.close();
    rmSync(this.temporary, { force: true });
  }

  private readDate(): DatabaseDate | undefined {
    const of = (key: string): string | undefined =>
      (this.statements.meta.get(key) as { value: string } | undefined)?.value;
    const builtAt = of('builtAt');
    return builtAt === undefined ? undefined : { builtAt, datedBy: of('datedBy') as DatedBy | undefined };
  }

  private isNewest(key: string, date: string): boolean {
    const present = this.statements.meta.get(key) as { value: string } | undefined;
    if (present !== undefined && present.value > date) return false;
    this.statements.putMeta.run(key, date);
    return true;
  }
}

/** How the date of a database is known: from its newest advisory, from whoever imported it, or from when its feeds were fetched. */
export type DatedBy = 'newest' | 'given' | 'fetched';

export interface DatabaseDate {
  /** RFC 3339 */
  readonly builtAt: string;
  /** Absent: made by a version that did not say. */
  readonly datedBy?: DatedBy;
}

/** Feeds that have a table to themselves. */
const ownTables: ReadonlyMap<string, string> = new Map([
  ['kev', 'exploited'],
  ['epss', 'epss'],
  ['eol', 'support'],
]);

type Statements = Readonly<Record<keyof typeof sql, StatementSync>>;

const sql = {
  newAdvisory: 'INSERT OR IGNORE INTO advisory VALUES (?, ?, ?, ?)',
  newAffected: 'INSERT OR IGNORE INTO affected VALUES (?, ?, ?, ?, ?, ?)',
  advisory: 'SELECT modified, body FROM advisory WHERE id = ?',
  putAdvisory: 'INSERT OR REPLACE INTO advisory VALUES (?, ?, ?, ?)',
  affected: 'SELECT modified, body FROM affected WHERE ecosystem = ? AND package = ? AND id = ?',
  putAffected: 'INSERT OR REPLACE INTO affected VALUES (?, ?, ?, ?, ?, ?)',
  withdraw: 'INSERT INTO withdrawn VALUES (?, ?) ON CONFLICT DO UPDATE SET modified = max(modified, excluded.modified)',
  exploited: `INSERT INTO exploited VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET since = min(since, excluded.since),
    due = max(ifnull(due, excluded.due), ifnull(excluded.due, due)), ransomware = max(ransomware, excluded.ransomware)`,
  epss: 'INSERT OR REPLACE INTO epss VALUES (?, ?, ?)',
  support: `INSERT INTO support VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    ends = max(ifnull(ends, excluded.ends), ifnull(excluded.ends, ends)),
    extended = max(ifnull(extended, excluded.extended), ifnull(excluded.extended, extended))`,
  unsupported: 'INSERT OR REPLACE INTO unsupported VALUES (?, ?, ?, ?)',
  meta: 'SELECT value FROM meta WHERE key = ?',
  putMeta: 'INSERT OR REPLACE INTO meta VALUES (?, ?)',
} as const;

function prepare(database: DatabaseSync): Statements {
  return Object.fromEntries(Object.entries(sql).map(([name, text]) => [name, database.prepare(text)])) as Statements;
}

function syncFile(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
