import type { Cvss } from '../../model/index.ts';
import type { AdvisoryBody } from './rows.ts';

/**
 * The vectors that an advisory has for other advisories on its CVE, which have none. A score of a bundle is that of its gravest CVE
 * and holds for none of the others.
 */
export function lentScores(body: AdvisoryBody | undefined): readonly Cvss[] {
  return body?.cvss !== undefined && cvesOf(body).length <= 1 ? body.cvss : [];
}

/** The CVEs that an advisory names as its own or as what it speaks of, each once. */
export function cvesOf({ aliases = [], upstream = [] }: AdvisoryBody): readonly string[] {
  return [...new Set([...aliases, ...upstream].filter((name) => name.startsWith('CVE-')))];
}
