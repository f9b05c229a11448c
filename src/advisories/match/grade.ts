import type { Cvss, Severity, SeveritySource } from '../../model/index.ts';
import type { AdvisoryDatabase } from '../database/advisory-database.ts';
import { lentScores } from '../database/lent-scores.ts';
import { compareCvss, severityOfScore } from '../feeds/severity.ts';
import type { Vulnerability } from './group-by-vulnerability.ts';
import { affects } from './ranges.ts';
import type { CompareVersions } from './ranges.ts';

export interface Grade {
  readonly severity: Severity;
  readonly severitySource: SeveritySource;
  readonly cvss?: Cvss;
}

/**
 * How grave a vulnerability is: the publisher's word, else the newest CVSS version that anyone scored. Where the package's
 * own advisories have neither, vectors come from other advisories in the database on the same CVE.
 */
export function gradeOf(
  vulnerability: Vulnerability,
  database: AdvisoryDatabase,
  installed: { readonly version: string; readonly compare: CompareVersions },
): Grade {
  const own = vulnerability.hits.flatMap(({ advisory }) => advisory?.body.cvss ?? []);
  const [cvss] = (own.length > 0 ? [...own] : borrowed(vulnerability, database)).sort(compareCvss);
  for (const { row } of vulnerability.hits) {
    const entry =
      row.body.a.find((one) => one.s !== undefined && affects(one, installed.version, installed.compare)) ??
      row.body.a.find((one) => one.s !== undefined);
    if (entry?.s !== undefined) return { severity: entry.s, severitySource: 'vendor', cvss };
  }
  if (cvss === undefined) return { severity: 'unknown', severitySource: 'none' };
  return { severity: severityOfScore(cvss), severitySource: sourceOf(cvss), cvss };
}

function sourceOf({ version }: Cvss): SeveritySource {
  if (version === '4.0') return 'cvss4';
  return version === '2.0' ? 'cvss2' : 'cvss3';
}

function borrowed({ id }: Vulnerability, database: AdvisoryDatabase): Cvss[] {
  if (!id.startsWith('CVE-')) return [];
  return [id, ...database.namedBy(id)].flatMap((other) => lentScores(database.advisory(other)?.body));
}
