import { CodedError } from '../../model/index.ts';
import type { Bag } from './osv-record.ts';

/** A CVE in CISA's catalogue of known exploited vulnerabilities. Days `YYYY-MM-DD`. */
export interface ExploitedCve {
  readonly cve: string;
  readonly since: string;
  readonly due?: string;
  readonly ransomware: boolean;
}

/** FIRST's exploit prediction for a CVE, both 0–1. */
export interface EpssScore {
  readonly cve: string;
  readonly score: number;
  readonly percentile: number;
}

/** A release of a product and the days on which its support ends. */
export interface SupportCycle {
  readonly product: string;
  readonly cycle: string;
  /** Regular (security) support. */
  readonly ends?: string;
  /** Long-term or extended support, paid or not. */
  readonly extended?: string;
}

/** A source package of a distribution whose security support ended before the release's. `package` may end in `*`. */
export interface UnsupportedPackage {
  readonly ecosystem: string;
  readonly package: string;
  /** The last version with support. */
  readonly version: string;
  readonly ended: string;
}

const cveShape = /^CVE-\d{4}-\d{4,19}$/;
const dayShape = /^\d{4}-\d\d-\d\d$/;

/** CISA's KEV catalogue, or undefined where the value is none. Entries that break its form are left out and counted. */
export function readExploitedCatalogue(
  value: Bag,
): { readonly date: string; readonly entries: readonly ExploitedCve[]; readonly broken: number } | undefined {
  const { vulnerabilities, dateReleased, catalogVersion } = value;
  if (!Array.isArray(vulnerabilities) || typeof catalogVersion !== 'string') return undefined;
  const entries: ExploitedCve[] = [];
  for (const item of vulnerabilities as readonly unknown[]) {
    if (typeof item !== 'object' || item === null) continue;
    const { cveID, dateAdded, dueDate, knownRansomwareCampaignUse } = item as Bag;
    if (!matches(cveShape, cveID) || !matches(dayShape, dateAdded)) continue;
    entries.push({
      cve: cveID,
      since: dateAdded,
      due: matches(dayShape, dueDate) ? dueDate : undefined,
      ransomware: knownRansomwareCampaignUse === 'Known',
    });
  }
  const date = typeof dateReleased === 'string' && /^\d{4}-\d\d-\d\dT/.test(dateReleased) ? dateReleased : '';
  return { date: date.slice(0, 10), entries, broken: vulnerabilities.length - entries.length };
}

/**
 * Release cycles of endoflife.date: its `products/full` answer, a map of products with `releases`, or undefined where
 * the value is neither.
 */
export function readSupportCycles(value: Bag): readonly SupportCycle[] | undefined {
  const { result } = value;
  const products: readonly (readonly [string, unknown])[] = Array.isArray(result)
    ? (result as readonly unknown[]).map((product) => [nameOf(product), product] as const)
    : Object.entries(value);
  const cycles: SupportCycle[] = [];
  let seen = 0;
  for (const [product, facts] of products) {
    const releases = typeof facts === 'object' && facts !== null ? (facts as Bag).releases : undefined;
    if (!Array.isArray(releases) || !/^[a-z0-9._-]{1,100}$/.test(product)) continue;
    seen++;
    for (const release of releases as readonly unknown[]) {
      const cycle = typeof release === 'object' && release !== null ? cycleOf(product, release as Bag) : undefined;
      if (cycle !== undefined) cycles.push(cycle);
    }
  }
  return seen === 0 ? undefined : cycles;
}

function nameOf(product: unknown): string {
  const name = typeof product === 'object' && product !== null ? (product as Bag).name : undefined;
  return typeof name === 'string' ? name : '';
}

function cycleOf(product: string, release: Bag): SupportCycle | undefined {
  const cycle = release.releaseCycle ?? release.cycle ?? release.name;
  if (typeof cycle !== 'string' || cycle === '' || cycle.length > 100) return undefined;
  const ends = day(release.eol ?? release.eolFrom);
  const extended = day(release.eoes ?? release.eoesFrom ?? release.extendedSupport);
  return ends === undefined && extended === undefined ? undefined : { product, cycle, ends, extended };
}

function day(value: unknown): string | undefined {
  return matches(dayShape, value) ? value : undefined;
}

function matches(shape: RegExp, value: unknown): value is string {
  return typeof value === 'string' && value.length <= 100 && shape.test(value);
}

/** The day of an EPSS file, from its first line (`#model_version:…,score_date:2025-08-25T…`). */
export function epssDate(line: string): string {
  return /score_date:(\d{4}-\d\d-\d\d)/.exec(line.slice(0, 500))?.[1] ?? '';
}

/** A line of an EPSS file; undefined where it is none. */
export function readEpssLine(line: string): EpssScore | undefined {
  const [cve = '', first = '', second = ''] = line.split(',', 3);
  const score = Number(first);
  const percentile = Number(second);
  if (!cveShape.test(cve) || first === '' || second === '' || !isShare(score) || !isShare(percentile)) return undefined;
  return { cve, score, percentile };
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

/**
 * Reads distro-info's debian.csv or ubuntu.csv (by its header), one line after the other.
 * @throws CodedError unreadable-feed where the header is of neither
 */
export function distroInfoReader(header: string): (line: string) => SupportCycle | undefined {
  const columns = header.trim().split(',');
  const product = columns.includes('eol-lts') ? 'debian' : columns.includes('eol-server') ? 'ubuntu' : undefined;
  if (product === undefined) throw new CodedError('unreadable-feed', 'the header is not that of distro-info data');
  const version = columns.indexOf('version');
  const ends = columns.indexOf('eol');
  const extended = columns.indexOf(product === 'debian' ? 'eol-lts' : 'eol-esm');
  return (line) => {
    const fields = line.trim().split(',');
    const cycle = fields[version]?.split(' ')[0];
    if (cycle === undefined || cycle === '') return undefined;
    const facts = { product, cycle, ends: day(fields[ends]), extended: day(fields[extended]) };
    return facts.ends === undefined && facts.extended === undefined ? undefined : facts;
  };
}

/** A line of debian-security-support's `security-support-ended.debN`; undefined for comments and what is no such line. */
export function readUnsupportedLine(release: string, line: string): UnsupportedPackage | undefined {
  if (line.startsWith('#')) return undefined;
  const [name = '', version = '', ended = ''] = line.trim().split(/\s+/, 4);
  if (!/^[a-z0-9][a-z0-9+.-]*\*?$/.test(name) || version === '' || !dayShape.test(ended)) return undefined;
  return { ecosystem: `Debian:${release}`, package: name.replace(/\.\*$/, '*'), version, ended };
}
