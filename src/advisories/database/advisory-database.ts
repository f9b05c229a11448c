import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CodedError } from '../../model/index.ts';
import { packageKey } from '../ecosystems.ts';
import type { EpssScore, ExploitedCve, SupportCycle, UnsupportedPackage } from '../feeds/intelligence.ts';
import { contentDigest } from './content-digest.ts';
import { openDatabaseFile } from './open-database.ts';
import type { AdvisoryBody, AffectedBody } from './rows.ts';

/** One advisory's word on one package. */
export interface AffectedRow {
  readonly id: string;
  readonly modified: string;
  readonly body: AffectedBody;
}

/** An advisory, whatever the package. */
export interface AdvisoryRow {
  readonly id: string;
  readonly modified: string;
  readonly body: AdvisoryBody;
}

export interface EcosystemFacts {
  readonly name: string;
  readonly advisories: number;
  readonly packages: number;
  /** RFC 3339: the newest `modified` of its advisories. */
  readonly newest: string;
}

/** An opened database: questions by key, each answered in microseconds. Reads only. */
export interface AdvisoryDatabase {
  /** `sha256:…` over the contents. */
  readonly digest: string;
  /** RFC 3339. */
  readonly builtAt: string;
  /** RFC 3339: when the file was made. Of two files the one that is made later is the newer one, however old its data. */
  readonly madeAt: string;
  readonly path: string;
  affected(ecosystem: string, name: string): readonly AffectedRow[];
  /** As `affected`, by a name as people write it. */
  affectedByName(ecosystem: string, name: string): readonly AffectedRow[];
  advisory(id: string): AdvisoryRow | undefined;
  /** Ids of the advisories that name this id as an alias or as their upstream. */
  namedBy(alias: string): readonly string[];
  exploited(cve: string): ExploitedCve | undefined;
  epss(cve: string): EpssScore | undefined;
  supportCycles(product: string): readonly SupportCycle[];
  unsupported(ecosystem: string): readonly UnsupportedPackage[];
  hasEcosystem(ecosystem: string): boolean;
  ecosystems(): readonly EcosystemFacts[];
  /** Packages of which an advisory speaks. */
  packagesOf(id: string): readonly { readonly ecosystem: string; readonly package: string }[];
  /** Advisories whose title holds the text, without regard to (ASCII) case; at most `limit`. Reads them all. */
  withTitle(text: string, limit: number): readonly AdvisoryRow[];
  /** `date:exploited`, `date:epss`, `count:…` and other facts, for `db info`. */
  meta(): ReadonlyMap<string, string>;
  /** The digest of what the file holds now, read whole; differs from `digest` where the file was damaged or changed. */
  recomputeDigest(): string;
  count(table: 'exploited' | 'epss' | 'support' | 'unsupported' | 'advisory' | 'affected'): number;
  close(): void;
}

/**
 * Opens the database at a path for reading.
 * @throws CodedError advisory-database-missing, advisory-database-unreadable, advisory-database-version
 */
export function openAdvisoryDatabase(path: string): AdvisoryDatabase {
  const file = openDatabaseFile(path);
  try {
    return new SqliteAdvisories(path, file);
  } catch (cause) {
    file.close();
    throw unreadable(path, cause);
  }
}

class SqliteAdvisories implements AdvisoryDatabase {
  readonly path: string;
  readonly digest: string;
  readonly builtAt: string;
  readonly madeAt: string;
  private readonly file: DatabaseSync;
  private readonly prepared = new Map<string, StatementSync>();
  private readonly known = new Map<string, boolean>();

  constructor(path: string, file: DatabaseSync) {
    this.path = path;
    this.file = file;
    const meta = this.meta();
    this.digest = meta.get('digest') ?? fail('it is not finished');
    this.builtAt = meta.get('builtAt') ?? fail('it is not finished');
    this.madeAt = meta.get('madeAt') ?? this.builtAt;
  }

  affected(ecosystem: string, name: string): readonly AffectedRow[] {
    const sql = 'SELECT id, modified, body FROM affected WHERE ecosystem = ? AND package = ?';
    return this.bodies<AffectedRow>(sql, ecosystem, name);
  }

  affectedByName(ecosystem: string, name: string): readonly AffectedRow[] {
    return this.affected(ecosystem, packageKey(ecosystem, name));
  }

  advisory(id: string): AdvisoryRow | undefined {
    return this.bodies<AdvisoryRow>('SELECT id, modified, body FROM advisory WHERE id = ?', id)[0];
  }

  namedBy(alias: string): readonly string[] {
    return this.rows('SELECT id FROM alias WHERE alias = ?', alias).map(({ id }) => String(id));
  }

  exploited(cve: string): ExploitedCve | undefined {
    const [row] = this.rows('SELECT cve, since, due, ransomware FROM exploited WHERE cve = ?', cve);
    if (row === undefined) return undefined;
    return { cve, since: String(row.since), due: textOf(row.due), ransomware: row.ransomware === 1 };
  }

  epss(cve: string): EpssScore | undefined {
    const [row] = this.rows('SELECT score, percentile FROM epss WHERE cve = ?', cve);
    return row === undefined ? undefined : { cve, score: Number(row.score), percentile: Number(row.percentile) };
  }

  supportCycles(product: string): readonly SupportCycle[] {
    return this.rows('SELECT cycle, ends, extended FROM support WHERE product = ? ORDER BY cycle', product).map(
      (row) => ({
        product,
        cycle: String(row.cycle),
        ends: textOf(row.ends),
        extended: textOf(row.extended),
      }),
    );
  }

  unsupported(ecosystem: string): readonly UnsupportedPackage[] {
    return this.rows(
      'SELECT package, version, ended FROM unsupported WHERE ecosystem = ? ORDER BY package',
      ecosystem,
    ).map((row) => ({
      ecosystem,
      package: String(row.package),
      version: String(row.version),
      ended: String(row.ended),
    }));
  }

  hasEcosystem(ecosystem: string): boolean {
    const known = this.known.get(ecosystem);
    if (known !== undefined) return known;
    const found = this.rows('SELECT 1 FROM ecosystem WHERE name = ?', ecosystem).length > 0;
    this.known.set(ecosystem, found);
    return found;
  }

  ecosystems(): readonly EcosystemFacts[] {
    return this.rows('SELECT name, advisories, packages, newest FROM ecosystem ORDER BY name').map((row) => ({
      name: String(row.name),
      advisories: Number(row.advisories),
      packages: Number(row.packages),
      newest: String(row.newest),
    }));
  }

  packagesOf(id: string): readonly { readonly ecosystem: string; readonly package: string }[] {
    return this.rows('SELECT ecosystem, package FROM affected WHERE id = ? ORDER BY 1, 2', id).map((row) => ({
      ecosystem: String(row.ecosystem),
      package: String(row.package),
    }));
  }

  withTitle(text: string, limit: number): readonly AdvisoryRow[] {
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    return this.bodies<AdvisoryRow>(
      `SELECT id, modified, body FROM advisory WHERE json_extract(body, '$.t') LIKE ? ESCAPE '\\' ORDER BY id LIMIT ?`,
      pattern,
      limit,
    );
  }

  meta(): ReadonlyMap<string, string> {
    return new Map(this.rows('SELECT key, value FROM meta').map(({ key, value }) => [String(key), String(value)]));
  }

  recomputeDigest(): string {
    return contentDigest(this.file);
  }

  count(table: 'exploited' | 'epss' | 'support' | 'unsupported' | 'advisory' | 'affected'): number {
    return Number(this.rows(`SELECT count(*) AS n FROM ${table}`)[0]?.n ?? 0);
  }

  close(): void {
    this.prepared.clear();
    if (this.file.isOpen) this.file.close();
  }

  private bodies<Row>(sql: string, ...values: readonly (string | number)[]): Row[] {
    const rows = this.rows(sql, ...values);
    try {
      return rows.map((row) => ({ ...row, body: JSON.parse(String(row.body)) as unknown }) as Row);
    } catch (cause) {
      throw unreadable(this.path, cause);
    }
  }

  private rows(sql: string, ...values: readonly (string | number)[]): Record<string, unknown>[] {
    try {
      let statement = this.prepared.get(sql);
      if (statement === undefined) this.prepared.set(sql, (statement = this.file.prepare(sql)));
      return statement.all(...values);
    } catch (cause) {
      throw unreadable(this.path, cause);
    }
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function fail(why: string): never {
  throw new Error(why);
}

function unreadable(path: string, cause: unknown): CodedError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CodedError('advisory-database-unreadable', `${path} can't be read: ${why}`, {
    hint: 'plimsoll db import --replace PATH, or plimsoll db update --replace, makes it anew',
    cause,
  });
}
