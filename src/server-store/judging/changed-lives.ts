import type { Finding } from '../../model/index.ts';
import type { ChangedLives } from '../images/finding-lives.ts';

/** What is to be written of the lives of an image's findings: nothing, mostly. */
export function changedLives(
  image: string,
  {
    before,
    after,
    findings,
    waived,
  }: {
    /** A word for each finding of the last time, as `NewJudgement.lives`; null: it is not known what was found. */
    readonly before: string | null;
    /** The same of now, in the order of the findings; null: nothing is told. */
    readonly after: string | null;
    readonly findings: readonly Finding[];
    readonly waived: ReadonlySet<string>;
  },
): readonly ChangedLives[] {
  if (before === after || after === null) return [];
  if (before === null) return [{ image, changed: findings, present: findings, waived }];
  // Nearly all say the same: what is equal at both ends is not cut into words.
  const [front, end] = equalEnds(before, after);
  const known = new Set(wordsOf(before.slice(front, before.length - end)));
  const words = wordsOf(after.slice(front, after.length - end));
  const first = front === 0 ? 0 : wordsOf(after.slice(0, front - 1)).length;
  const changed = words.flatMap((word, i) => (known.has(word) ? [] : findings[first + i]!));
  for (const word of words) known.delete(word);
  // A word that is no longer there is of a finding that is gone, or of which something else is said.
  return [{ image, changed, waived, ...(known.size === 0 ? {} : { present: findings }) }];
}

function wordsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}

/** How much of two lines of words is equal in front, up to behind a space, and at the end, from a space on. */
function equalEnds(a: string, b: string): readonly [number, number] {
  const shorter = Math.min(a.length, b.length);
  let front = 0;
  while (front < shorter && a.charCodeAt(front) === b.charCodeAt(front)) front++;
  front = front === 0 ? 0 : a.lastIndexOf(' ', front - 1) + 1;
  let end = 0;
  while (end < shorter - front && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end++;
  const space = a.indexOf(' ', a.length - end);
  return [front, space === -1 ? 0 : a.length - space];
}
