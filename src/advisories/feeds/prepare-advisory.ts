import { ecosystemKey, isDistribution, isKnownEcosystem, packageKey } from '../ecosystems.ts';
import type { AdvisoryBody, AffectedBody, AffectedEntry, PreparedAdvisory } from '../database/rows.ts';
import { RecordRefused } from './osv-record.ts';
import type { Bag, OsvAffected, OsvRange, OsvRecord } from './osv-record.ts';
import { cvssVectors, vendorSeverity } from './severity.ts';
import type { CvssScorer } from './severity.ts';

/** Ranges and packages of a record that nothing can be matched against. Counted, as they are no fault of the record. */
export interface Unusable {
  /** Ranges of Git commits: packages in images are known by version. */
  gitRanges: number;
  /** Packages with neither ranges nor versions. */
  withoutVersions: number;
  /** Packages of ecosystems that the OSV schema does not know. */
  unknownEcosystems: number;
}

const letters = { introduced: 'i', fixed: 'f', last_affected: 'l', limit: 'm' } as const;
const maxTitle = 300;

/**
 * Makes an OSV record into rows: names as they are looked up, severities scored, prose cut to a title.
 * @throws RecordRefused where all its packages are of unknown ecosystems
 */
export function prepareAdvisory(record: OsvRecord, scoreOf: CvssScorer, unusable: Unusable): PreparedAdvisory {
  const byPackage = new Map<string, { ecosystem: string; package: string; entries: AffectedEntry[] }>();
  let unknown: string | undefined;
  for (const affected of record.affected) {
    if (affected.ecosystem === '') continue;
    if (!isKnownEcosystem(affected.ecosystem)) {
      unknown = affected.ecosystem;
      unusable.unknownEcosystems++;
      continue;
    }
    const entry = entryOf(record, affected, unusable);
    if (entry === undefined) continue;
    const ecosystem = ecosystemKey(affected.ecosystem);
    const name = packageKey(ecosystem, affected.name);
    const key = `${ecosystem}\n${name}`;
    const found = byPackage.get(key);
    if (found === undefined) byPackage.set(key, { ecosystem, package: name, entries: [entry] });
    else found.entries.push(entry);
  }
  if (unknown !== undefined && byPackage.size === 0) throw new RecordRefused(`unknown ecosystem ${unknown}`);
  const published = dayOf(record.published);
  return {
    id: record.id,
    modified: record.modified,
    body: bodyOf(record, scoreOf),
    affected: [...byPackage.values()].map(({ ecosystem, package: name, entries }) => ({
      ecosystem,
      package: name,
      body: { p: published, a: entries } satisfies AffectedBody,
    })),
  };
}

function entryOf(record: OsvRecord, affected: OsvAffected, unusable: Unusable): AffectedEntry | undefined {
  const ranges: string[][] = [];
  for (const range of affected.ranges) {
    if (range.type === 'GIT') unusable.gitRanges++;
    else ranges.push(eventsOf(range));
  }
  if (ranges.length === 0 && affected.versions.length === 0) {
    unusable.withoutVersions++;
    return undefined;
  }
  return {
    r: ranges.length > 0 ? ranges : undefined,
    v: affected.versions.length > 0 ? affected.versions : undefined,
    s: vendorSeverity(record, affected),
    w: wontFix(affected) ? 1 : undefined,
  };
}

function eventsOf({ events }: OsvRange): string[] {
  return events.map(([kind, version]) => letters[kind] + version);
}

const wontFixWords = new Set([
  'end-of-life',
  'no-dsa',
  'ignored',
  "won't fix",
  'wont-fix',
  'will not fix',
  'out of support scope',
]);

/** Debian's tracker and others that say so: end of life, not worth an advisory of its own, ignored. */
function wontFix({ ecosystemSpecific, databaseSpecific }: OsvAffected): boolean {
  return (
    saysWontFix(ecosystemSpecific, 'urgency', 'status', 'fix_state') ||
    saysWontFix(databaseSpecific, 'tracker_status', 'urgency', 'status', 'fix_state')
  );
}

function saysWontFix(bag: Bag, ...keys: readonly string[]): boolean {
  return keys.some((key) => {
    const value = Object.hasOwn(bag, key) ? bag[key] : undefined;
    return typeof value === 'string' && wontFixWords.has(value.toLowerCase());
  });
}

function bodyOf(record: OsvRecord, scoreOf: CvssScorer): AdvisoryBody {
  const cvss = cvssVectors(record, scoreOf);
  const aliases = sortedIds(record.aliases, record.id);
  const upstream = upstreamOf(record);
  return {
    t: titleOf(record),
    aliases: aliases.length > 0 ? aliases : undefined,
    upstream: upstream.length > 0 ? upstream : undefined,
    p: dayOf(record.published),
    cvss: cvss.length > 0 ? cvss : undefined,
    url: referenceOf(record),
  };
}

/** Some distributions (AlmaLinux) name the CVEs of an advisory only as related. */
function upstreamOf(record: OsvRecord): readonly string[] {
  const named = sortedIds(record.upstream, record.id);
  if (named.length > 0 || !record.affected.some(({ ecosystem }) => isDistribution(ecosystem))) return named;
  if (record.aliases.some(isCve)) return named;
  return sortedIds(record.related.filter(isCve), record.id);
}

function isCve(id: string): boolean {
  return id.startsWith('CVE-');
}

function sortedIds(ids: readonly string[], own: string): readonly string[] {
  return [...new Set(ids)].filter((id) => id !== own).sort();
}

function titleOf({ summary, details }: OsvRecord): string | undefined {
  const prose = summary !== undefined && summary.trim() !== '' ? summary : details?.slice(0, 2_000);
  if (prose === undefined) return undefined;
  const line = prose
    .slice(0, 2_000)
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
  if (line === '') return undefined;
  return line.length > maxTitle ? `${line.slice(0, maxTitle - 1).trimEnd()}…` : line;
}

function referenceOf({ references }: OsvRecord): string | undefined {
  const web = references.filter(({ url }) => /^https?:\/\//.test(url));
  return (web.find(({ type }) => type === 'ADVISORY') ?? web[0])?.url;
}

/** Years before there was any of this are fillers (`0001-01-01`). */
function dayOf(time: string | undefined): string | undefined {
  return time !== undefined && time >= '1980' ? time.slice(0, 10) : undefined;
}
