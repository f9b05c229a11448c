import type { AffectedEntry } from '../database/rows.ts';

/** The order of one ecosystem's versions: negative, zero or positive. */
export type CompareVersions = (a: string, b: string) => number;

/**
 * Whether an advisory's entry affects a version, as the OSV schema's algorithm says (§ Evaluation): it is listed, or lies
 * in one of the ranges.
 */
export function affects(entry: AffectedEntry, version: string, compare: CompareVersions): boolean {
  const { r: ranges = [], v: listed = [] } = entry;
  if (listed.includes(version) || ranges.some((events) => isInRange(events, version, compare))) return true;
  // Two spellings of one version (1.0 and 1.0.0): only where there is no range to know better.
  return ranges.length === 0 && listed.some((one) => compare(one, version) === 0);
}

/** Walks the events from the lowest version to the highest; the last one at or below the version decides. */
function isInRange(events: readonly string[], version: string, compare: CompareVersions): boolean {
  const limits = events.filter((event) => event.startsWith('m'));
  if (limits.length > 0 && !limits.some((limit) => isBelowLimit(version, limit.slice(1), compare))) return false;
  let affected = false;
  for (const event of inOrder(events, compare)) {
    const at = event.slice(1);
    if (event.startsWith('i')) affected = affected || at === '0' || compare(version, at) >= 0;
    else if (event.startsWith('f')) affected = affected && compare(version, at) < 0;
    else if (event.startsWith('l')) affected = affected && compare(version, at) <= 0;
  }
  return affected;
}

function isBelowLimit(version: string, limit: string, compare: CompareVersions): boolean {
  return limit === '*' || compare(version, limit) < 0;
}

/** `introduced: 0` stands before every version. Events at one version keep the order that the publisher gave them. */
function inOrder(events: readonly string[], compare: CompareVersions): readonly string[] {
  if (events.length <= 2 && events[0]?.startsWith('i')) return events;
  return events.toSorted((a, b) => {
    const first = isBeginning(a) ? 1 : 0;
    const second = isBeginning(b) ? 1 : 0;
    return first !== second ? second - first : first === 1 ? 0 : compare(a.slice(1), b.slice(1));
  });
}

function isBeginning(event: string): boolean {
  return event === 'i0';
}

/** Every version that an entry names as fixed. */
export function fixedVersions({ r: ranges = [] }: AffectedEntry): readonly string[] {
  return ranges.flatMap((events) => events.filter((event) => event.startsWith('f')).map((event) => event.slice(1)));
}

/** Whether a range or the list leaves open how to get out: a last affected version or a limit, but no fix. */
export function saysNothingOfFixes({ r: ranges = [] }: AffectedEntry): boolean {
  return ranges.length === 0 || ranges.some((events) => events.some((event) => event[0] === 'l' || event[0] === 'm'));
}
