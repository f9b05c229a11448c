import type * as calculator from 'ae-cvss-calculator';
import type { Cvss, Severity } from '../../model/index.ts';
import type { Bag, OsvAffected, OsvRecord, OsvSeverity } from './osv-record.ts';

/** Words that publishers use for severity, and ours for them. */
const words: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'critical'],
  ['important', 'high'],
  ['high', 'high'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['minor', 'low'],
  ['negligible', 'negligible'],
  ['unimportant', 'negligible'],
  ['none', 'negligible'],
]);

/** RustSec's advisories that are no vulnerability. */
const informational: ReadonlyMap<string, Severity> = new Map([
  ['unsound', 'low'],
  ['unmaintained', 'negligible'],
  ['notice', 'negligible'],
]);

/**
 * The publisher's own word on one package of an advisory: Debian's urgency, Ubuntu's priority, GitHub's severity …
 * Undefined where there is none or it says "not yet assigned".
 */
export function vendorSeverity(record: OsvRecord, affected: OsvAffected): Severity | undefined {
  return (
    wordIn(affected.ecosystemSpecific, 'severity', 'urgency', 'ubuntu_priority', 'priority') ??
    wordIn(affected.databaseSpecific, 'severity', 'urgency') ??
    byTable(informational, affected.databaseSpecific, 'informational') ??
    ubuntuWord(affected.severity) ??
    ubuntuWord(record.severity) ??
    wordIn(record.databaseSpecific, 'severity') ??
    // A package that is itself malware (OpenSSF's malicious packages): its publisher means nothing less.
    (record.id.startsWith('MAL-') ? 'critical' : undefined)
  );
}

function wordIn(bag: Bag, ...keys: readonly string[]): Severity | undefined {
  for (const key of keys) {
    const found = byTable(words, bag, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function byTable(table: ReadonlyMap<string, Severity>, bag: Bag, key: string): Severity | undefined {
  const value = Object.hasOwn(bag, key) ? bag[key] : undefined;
  return typeof value === 'string' ? table.get(value.toLowerCase()) : undefined;
}

function ubuntuWord(severities: readonly OsvSeverity[]): Severity | undefined {
  const entry = severities.find(({ type }) => type === 'Ubuntu');
  return entry === undefined ? undefined : words.get(entry.score);
}

/** Every CVSS vector that the record or one of its packages carries, with its score; newest version first. */
export function cvssVectors(record: OsvRecord, scoreOf: CvssScorer): readonly Cvss[] {
  const vectors = new Set<string>();
  for (const { type, score } of record.severity) if (type !== 'Ubuntu') vectors.add(score);
  for (const { severity, databaseSpecific } of record.affected) {
    for (const { type, score } of severity) if (type !== 'Ubuntu') vectors.add(score);
    // RustSec and RubySec, where converted, keep theirs here.
    for (const key of ['cvss', 'cvss_v4', 'cvss_v3', 'cvss_v2']) {
      const vector = Object.hasOwn(databaseSpecific, key) ? databaseSpecific[key] : undefined;
      if (typeof vector === 'string') vectors.add(vector);
    }
  }
  const scored: Cvss[] = [];
  for (const vector of vectors) {
    const cvss = scoreOf(vector);
    if (cvss !== undefined) scored.push(cvss);
  }
  return scored.sort(compareCvss);
}

/** Newest version first, then the highest score. */
export function compareCvss(a: Cvss, b: Cvss): number {
  if (a.version !== b.version) return a.version < b.version ? 1 : -1;
  if (a.score !== b.score) return b.score - a.score;
  return a.vector < b.vector ? -1 : a.vector > b.vector ? 1 : 0;
}

/** Gives the score of a CVSS 2.0, 3.0, 3.1 or 4.0 vector; undefined for what is none or lacks base metrics. */
export type CvssScorer = (vector: string) => Cvss | undefined;

type FromVector = typeof calculator.fromVector;

const maxKnown = 20_000;

/** Makes a scorer, which remembers what it has seen. The calculator is loaded here: only imports need it. */
export async function cvssScorer(): Promise<CvssScorer> {
  const { fromVector } = (await import('ae-cvss-calculator')).default;
  const known = new Map<string, Cvss | undefined>();
  return (vector) => {
    if (known.has(vector)) return known.get(vector);
    if (known.size >= maxKnown) known.clear();
    const cvss = calculate(vector, fromVector);
    known.set(vector, cvss);
    return cvss;
  };
}

function calculate(vector: string, fromVector: FromVector): Cvss | undefined {
  if (vector.length > 500) return undefined;
  try {
    const parsed = fromVector(vector);
    if (parsed === null || !parsed.isBaseFullyDefined()) return undefined;
    const version = /^CVSS:(3\.0|3\.1|4\.0)\//.exec(vector)?.[1] ?? '2.0';
    return { version: version as Cvss['version'], vector, score: parsed.calculateScores().overall };
  } catch {
    return undefined;
  }
}

/** The word for a score: CVSS 3.1 § 5; version 2 knows no critical (NVD). */
export function severityOfScore({ version, score }: Pick<Cvss, 'version' | 'score'>): Severity {
  if (version !== '2.0' && score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'negligible';
}
