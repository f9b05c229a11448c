import { openAdvisoryDatabase } from '../../advisories/index.ts';
import type { AdvisoryDatabase } from '../../advisories/index.ts';
import type { Cvss } from '../../model/index.ts';

/** An advisory as `db search` shows it. */
export interface FoundAdvisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title?: string;
  readonly published?: string;
  readonly modified: string;
  readonly cvss?: Cvss;
  readonly exploitedSince?: string;
  readonly epss?: number;
  readonly packages: readonly { readonly ecosystem: string; readonly package: string; readonly ranges: string }[];
  readonly reference?: string;
}

export interface SearchResult {
  /** By what the query was found. */
  readonly by: 'id' | 'package' | 'title' | 'nothing';
  readonly advisories: readonly FoundAdvisory[];
  /** There were more than the limit. */
  readonly more: boolean;
}

/**
 * Finds advisories by id or alias, else by package name in any ecosystem, else by words of their titles.
 * @throws CodedError as opening the database does
 */
export function searchAdvisories(path: string, query: string, limit: number): SearchResult {
  const database = openAdvisoryDatabase(path);
  try {
    const byId = idsLike(database, query);
    if (byId.length > 0) return result(database, 'id', byId, limit);
    const byPackage = idsOfPackage(database, query);
    if (byPackage.length > 0) return result(database, 'package', byPackage, limit);
    const byTitle = database.withTitle(query, limit + 1).map(({ id }) => id);
    return result(database, byTitle.length > 0 ? 'title' : 'nothing', byTitle, limit);
  } finally {
    database.close();
  }
}

/** Ids are known by heart in any case: cve-2021-44228, GHSA-JFH8-C2JP-5V3Q. */
function idsLike(database: AdvisoryDatabase, query: string): readonly string[] {
  const spellings = new Set([
    query,
    query.toUpperCase(),
    query.toLowerCase().replace(/^[a-z]+(?=-)/, (prefix) => prefix.toUpperCase()),
  ]);
  const found = new Set<string>();
  for (const id of spellings) {
    if (database.advisory(id) !== undefined) found.add(id);
    for (const other of database.namedBy(id)) found.add(other);
  }
  return [...found].sort();
}

/** The newest first. */
function idsOfPackage(database: AdvisoryDatabase, query: string): readonly string[] {
  const days = new Map<string, string>();
  for (const { name } of database.ecosystems()) {
    for (const { id, modified, body } of database.affectedByName(name, query))
      days.set(id, body.p ?? modified.slice(0, 10));
  }
  return [...days].sort(([a, x], [b, y]) => (x !== y ? (x < y ? 1 : -1) : a < b ? -1 : 1)).map(([id]) => id);
}

function result(
  database: AdvisoryDatabase,
  by: SearchResult['by'],
  ids: readonly string[],
  limit: number,
): SearchResult {
  const advisories = ids.slice(0, limit).map((id) => describe(database, id));
  return { by, advisories, more: ids.length > limit };
}

function describe(database: AdvisoryDatabase, id: string): FoundAdvisory {
  const row = database.advisory(id);
  const { aliases = [], upstream = [], t, p, cvss, url } = row?.body ?? {};
  const names = [...new Set([...aliases, ...upstream])].sort();
  const cve = [id, ...names].find((name) => name.startsWith('CVE-')) ?? '';
  return {
    id,
    aliases: names,
    title: t,
    published: p,
    modified: row?.modified.slice(0, 10) ?? '',
    cvss: cvss?.[0],
    exploitedSince: database.exploited(cve)?.since,
    epss: database.epss(cve)?.score,
    packages: database.packagesOf(id).map(({ ecosystem, package: name }) => ({
      ecosystem,
      package: name,
      ranges: rangesInWords(database, ecosystem, name, id),
    })),
    reference: url,
  };
}

function rangesInWords(database: AdvisoryDatabase, ecosystem: string, name: string, id: string): string {
  const row = database.affected(ecosystem, name).find((one) => one.id === id);
  const ranges = row?.body.a.flatMap(({ r = [] }) => r) ?? [];
  const listed = row?.body.a.reduce((sum, { v = [] }) => sum + v.length, 0) ?? 0;
  const words = ranges.flatMap(rangeInWords);
  if (ranges.length === 0 && listed > 0) words.push(`${listed} versions listed`);
  return [...new Set(words)].join(', ');
}

/** `>= 2.4 < 2.12.2`, one for each stretch of affected versions. */
function rangeInWords(events: readonly string[]): readonly string[] {
  const stretches: string[][] = [];
  for (const event of events) {
    if (event.startsWith('i') || stretches.length === 0) stretches.push([]);
    const word = eventInWords(event);
    if (word !== '') stretches.at(-1)?.push(word);
  }
  return stretches.map((words) => words.join(' ') || 'every version');
}

function eventInWords(event: string): string {
  const version = event.slice(1);
  switch (event[0]) {
    case 'i':
      return version === '0' ? '' : `>= ${version}`;
    case 'l':
      return `<= ${version}`;
    default:
      return `< ${version}`;
  }
}
