import type { Fix } from '../../model/index.ts';
import type { Hit } from './group-by-vulnerability.ts';
import { affects, fixedVersions, saysNothingOfFixes } from './ranges.ts';
import type { CompareVersions } from './ranges.ts';

/** What mends a vulnerability of an installed version, by all advisories that speak of it. */
export function fixOf(hits: readonly Hit[], version: string, compare: CompareVersions): Fix {
  const best = bestVersion(hits, version, compare);
  if (best !== undefined) return { state: 'fixed', version: best, availableAt: fixDay(hits, best) };
  const entries = hits.flatMap(({ row }) => row.body.a).filter((entry) => affects(entry, version, compare));
  if (entries.some(({ w }) => w === 1)) return { state: 'wont-fix' };
  return { state: entries.every(saysNothingOfFixes) ? 'unknown' : 'not-fixed' };
}

/** The lowest version above the installed one that is called fixed and that the fewest of the advisories still affect. */
function bestVersion(hits: readonly Hit[], version: string, compare: CompareVersions): string | undefined {
  const candidates = new Set(hits.flatMap(({ row }) => row.body.a.flatMap(fixedVersions)));
  let best: { version: string; affectedBy: number } | undefined;
  for (const candidate of [...candidates].filter((one) => compare(one, version) > 0).sort(compareThenText(compare))) {
    const affectedBy = hits.filter(({ row }) => row.body.a.some((entry) => affects(entry, candidate, compare))).length;
    // A "fix" that each of them still affects belongs to some other range.
    if (affectedBy === hits.length) continue;
    if (best === undefined || affectedBy < best.affectedBy) best = { version: candidate, affectedBy };
    if (affectedBy === 0) break;
  }
  return best?.version;
}

/** Versions that stand for the same are told apart by their text, so that the order of advisories does not matter. */
function compareThenText(compare: CompareVersions): CompareVersions {
  return (a, b) => compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** The first day on which an advisory named the fix: its publication, else its last change. */
function fixDay(hits: readonly Hit[], version: string): string | undefined {
  const days = hits
    .filter(({ row }) => row.body.a.some((entry) => fixedVersions(entry).includes(version)))
    .map(({ row }) => row.body.p ?? row.modified.slice(0, 10))
    .filter((day) => day >= '1980');
  return days.sort()[0];
}
