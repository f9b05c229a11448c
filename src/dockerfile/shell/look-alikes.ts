import { popularNames } from './popular-names.table.ts';

/** Names longer than this are compared no more than needed: no registry has longer ones. */
const longestName = 214;

const byEcosystem = new Map<
  string,
  { readonly known: ReadonlySet<string>; readonly byLength: ReadonlyMap<number, readonly string[]> }
>();

/**
 * The popular name that a name is one or two slips away from: a letter more, less, other, or two swapped. Short names have
 * too many neighbours to ask, and only long ones are allowed two slips.
 */
export function lookAlikeOf(name: string, ecosystem: string): string | undefined {
  const names = namesOf(ecosystem);
  const simple = simplified(name, ecosystem);
  if (names === undefined || simple.length < 5 || simple.length > longestName || names.known.has(simple))
    return undefined;
  const allowed = simple.length >= 10 ? 2 : 1;
  let best: string | undefined;
  let least = allowed + 1;
  for (let length = simple.length - allowed; length <= simple.length + allowed; length++)
    for (const candidate of names.byLength.get(length) ?? []) {
      if (candidate.length < 5) continue;
      const away = slips(simple, candidate, least - 1);
      if (away < least) [best, least] = [candidate, away];
    }
  return best;
}

function namesOf(ecosystem: string) {
  const ready = byEcosystem.get(ecosystem);
  if (ready !== undefined || !Object.hasOwn(popularNames, ecosystem)) return ready;
  const known = new Set(popularNames[ecosystem]!.map((name) => simplified(name, ecosystem)));
  const byLength = new Map<number, string[]>();
  for (const name of known) {
    const same = byLength.get(name.length) ?? [];
    same.push(name);
    byLength.set(name.length, same);
  }
  const made = { known, byLength };
  byEcosystem.set(ecosystem, made);
  return made;
}

/** PyPI takes `_`, `.` and `-` for the same, and capitals for small letters (PEP 503); crates.io `_` and `-`. */
function simplified(name: string, ecosystem: string): string {
  if (ecosystem === 'pypi') return name.toLowerCase().replace(/[-_.]+/g, '-');
  return ecosystem === 'cargo' ? name.toLowerCase().replaceAll('_', '-') : name;
}

/** Optimal string alignment distance, or something over `most` where it is more. */
function slips(a: string, b: string, most: number): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, before[j - 2]! + 1);
      next.push(value);
      least = Math.min(least, value);
    }
    if (least > most) return most + 1;
    before = row;
    row = next;
  }
  return row[b.length]!;
}
