import type { DatabaseSync } from 'node:sqlite';
import type { Cvss } from '../../model/index.ts';
import { cvesOf, lentScores } from './lent-scores.ts';
import { openDatabaseFile } from './open-database.ts';
import type { AdvisoryBody } from './rows.ts';

/** What came between two states of a database. */
export interface DatabaseChanges {
  /** Packages of whose advisories some were added, changed or withdrawn; names as advisories have them. */
  readonly packages: readonly { readonly ecosystem: string; readonly name: string }[];
  /** EPSS scores changed. They come anew every day, so that nearly every vulnerability is touched a little. */
  readonly scores: boolean;
}

/** Most names that are kept, over all steps; before them a step says only that everything may have changed. */
const mostNames = 100_000;

const changeTables = `
CREATE TABLE IF NOT EXISTS change_step (
  number INTEGER PRIMARY KEY, before TEXT NOT NULL, after TEXT NOT NULL, whole INTEGER NOT NULL, scores INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS change_name (
  number INTEGER NOT NULL, ecosystem TEXT NOT NULL, package TEXT NOT NULL, PRIMARY KEY (number, ecosystem, package)
) WITHOUT ROWID;
`;

/*
 * Compares a database that is being finished with the one whose place it takes, so that what was judged by that one need not be
 * judged again as a whole. The log is no part of the contents: two databases of the same advisories have one digest whatever
 * their past.
 */
export function noteChanges(
  database: DatabaseSync,
  {
    before,
    digest,
    builtAt,
  }: { readonly before: string | undefined; readonly digest: string; readonly builtAt: string },
): void {
  database.exec(changeTables);
  if (before === undefined) return void database.exec('DELETE FROM change_name; DELETE FROM change_step');
  const meta = new Map(
    (database.prepare('SELECT key, value FROM meta').all() as { key: string; value: string }[]).map((row) => [
      row.key,
      row.value,
    ]),
  );
  const old = meta.get('digest');
  if (old === undefined || old === digest) return;
  // A transaction is open: a file can't be attached, so the other is read beside it.
  const other = openDatabaseFile(before);
  try {
    const step = (database.prepare('SELECT max(number) AS n FROM change_step').get() as { n: number | null }).n ?? 0;
    const whole =
      differs(database, other, 'SELECT product, cycle, ends, extended FROM support ORDER BY 1, 2') ||
      differs(database, other, 'SELECT ecosystem, package, version, ended FROM unsupported ORDER BY 1, 2') ||
      differs(database, other, 'SELECT name FROM ecosystem ORDER BY 1') ||
      endsBetween(database, meta.get('builtAt') ?? '', builtAt);
    const scores = differs(database, other, 'SELECT cve, score, percentile FROM epss ORDER BY 1');
    database
      .prepare('INSERT INTO change_step VALUES (?, ?, ?, ?, ?)')
      .run(step + 1, old, digest, whole ? 1 : 0, scores ? 1 : 0);
    if (!whole) noteNames(database, other, step + 1);
    forgetOld(database);
  } finally {
    other.close();
  }
}

/** What changed since the state of that digest; undefined where that is not known, or is everything. */
export function changesSince(path: string, digest: string): DatabaseChanges | undefined {
  const file = openDatabaseFile(path);
  try {
    const known = file.prepare("SELECT 1 FROM sqlite_master WHERE name = 'change_step'").get();
    if (known === undefined) return undefined;
    const steps = file
      .prepare(
        `SELECT whole, scores, number FROM change_step
         WHERE number >= (SELECT max(number) FROM change_step WHERE before = ?) ORDER BY number`,
      )
      .all(digest) as { whole: number; scores: number; number: number }[];
    const first = steps[0];
    if (first === undefined || steps.some(({ whole }) => whole === 1)) return undefined;
    const names = file
      .prepare('SELECT DISTINCT ecosystem, package AS name FROM change_name WHERE number >= ? ORDER BY 1, 2')
      .all(first.number) as { ecosystem: string; name: string }[];
    return {
      packages: names.map(({ ecosystem, name }) => ({ ecosystem, name })),
      scores: steps.some((step) => step.scores === 1),
    };
  } finally {
    file.close();
  }
}

/** Support that ended between the days of two databases: what it means for a package depends on the database's day. */
function endsBetween(database: DatabaseSync, before: string, after: string): boolean {
  const [from, to] = [before.slice(0, 10), after.slice(0, 10)].sort() as [string, string];
  return (
    database.prepare('SELECT 1 FROM unsupported WHERE ended > ? AND ended <= ? LIMIT 1').get(from, to) !== undefined
  );
}

function noteNames(database: DatabaseSync, other: DatabaseSync, number: number): void {
  const put = database.prepare('INSERT OR IGNORE INTO change_name VALUES (?, ?, ?)');
  const ofPackage = 'SELECT ecosystem, package, id, modified, body FROM affected ORDER BY ecosystem, package, id';
  compareRows(database, other, { sql: ofPackage, keys: 3 }, ([ecosystem, name]) => put.run(number, ecosystem!, name!));
  const advisories = new Set<string>();
  const ofAdvisory = 'SELECT id, modified, body FROM advisory ORDER BY id';
  compareRows(database, other, { sql: ofAdvisory, keys: 1 }, ([id]) => advisories.add(id!));
  const exploited = 'SELECT cve, since, due, ransomware FROM exploited ORDER BY cve';
  const named = database.prepare('SELECT id FROM alias WHERE alias = ?');
  compareRows(database, other, { sql: exploited, keys: 1 }, ([cve]) => {
    advisories.add(cve!);
    for (const { id } of named.all(cve!) as { id: string }[]) advisories.add(id);
  });
  for (const cve of scoredOtherwise(database, other, advisories)) {
    advisories.add(cve);
    for (const { id } of named.all(cve) as { id: string }[]) advisories.add(id);
  }
  const spokenOf = `INSERT OR IGNORE INTO change_name SELECT ?, ecosystem, package FROM affected WHERE id = ?`;
  const put2 = database.prepare(spokenOf);
  for (const id of advisories) put2.run(number, id);
}

/** CVEs of which the advisories with these ids have other scores for advisories without one than before. */
function scoredOtherwise(database: DatabaseSync, other: DatabaseSync, ids: Iterable<string>): ReadonlySet<string> {
  const sql = 'SELECT body FROM advisory WHERE id = ?';
  const statements = [database.prepare(sql), other.prepare(sql)];
  const cves = new Set<string>();
  for (const id of ids) {
    const [now, before] = statements.map((statement) => {
      const row = statement.get(id) as { body: string } | undefined;
      return row === undefined ? undefined : lentTo(id, JSON.parse(row.body) as AdvisoryBody);
    });
    if (JSON.stringify(now) === JSON.stringify(before)) continue;
    for (const cve of [...(now?.cves ?? []), ...(before?.cves ?? [])]) cves.add(cve);
  }
  return cves;
}

function lentTo(
  id: string,
  body: AdvisoryBody,
): { readonly scores: readonly Cvss[]; readonly cves: readonly string[] } | undefined {
  const scores = lentScores(body);
  if (scores.length === 0) return undefined;
  return { scores, cves: [...(id.startsWith('CVE-') ? [id] : []), ...cvesOf(body)] };
}

/** Walks two tables in the order of their keys; tells the key of every row that one has and the other has not, or has otherwise. */
function compareRows(
  one: DatabaseSync,
  other: DatabaseSync,
  { sql, keys }: { readonly sql: string; readonly keys: number },
  differing: (key: readonly string[]) => void,
): void {
  const [a, b] = [rowsOf(one, sql), rowsOf(other, sql)];
  let [left, right] = [a.next(), b.next()];
  while (left.done !== true || right.done !== true) {
    const order = left.done === true ? 1 : right.done === true ? -1 : compareKeys(left.value, right.value, keys);
    if (order !== 0 || left.value!.some((value, i) => value !== right.value![i]))
      differing((order > 0 ? right.value! : left.value!).slice(0, keys) as string[]);
    if (order <= 0) left = a.next();
    if (order >= 0) right = b.next();
  }
}

type Row = readonly (string | number | null)[];

function rowsOf(database: DatabaseSync, sql: string): Iterator<Row, undefined> {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement.iterate() as unknown as Iterator<Row, undefined>;
}

/** As SQLite orders text: by its UTF-8 bytes. */
function compareKeys(a: Row, b: Row, keys: number): number {
  for (let i = 0; i < keys; i++) {
    if (a[i] === b[i]) continue;
    return Buffer.compare(Buffer.from(String(a[i])), Buffer.from(String(b[i])));
  }
  return 0;
}

function differs(one: DatabaseSync, other: DatabaseSync, sql: string): boolean {
  const [a, b] = [rowsOf(one, sql), rowsOf(other, sql)];
  for (;;) {
    const [left, right] = [a.next(), b.next()];
    if (left.done === true || right.done === true) return left.done !== right.done;
    if (left.value.some((value, i) => value !== right.value[i])) return true;
  }
}

function forgetOld(database: DatabaseSync): void {
  const steps = database
    .prepare('SELECT number, count(*) AS names FROM change_name GROUP BY number ORDER BY number DESC')
    .all() as { number: number; names: number }[];
  let total = 0;
  for (const { number, names } of steps) {
    total += names;
    if (total <= mostNames) continue;
    database.prepare('DELETE FROM change_name WHERE number <= ?').run(number);
    database.prepare('DELETE FROM change_step WHERE number <= ?').run(number);
    return;
  }
}
