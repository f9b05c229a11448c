/** How much looking for near words a rule may do in one file: letters compared. Enough for thousands of slips. */
export function guessBudget(): { left: number } {
  return { left: 5_000_000 };
}

/**
 * The known word that a mistyped one is closest to, two letters at most away; undefined where none is, or where a file has so
 * many that its budget is spent.
 */
export function nearest(word: string, known: Iterable<string>, budget?: { left: number }): string | undefined {
  if (word.length > 64) return undefined;
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let least = Math.min(3, Math.ceil(word.length / 2));
  for (const candidate of known) {
    if (budget !== undefined && budget.left-- <= 0) return best;
    if (Math.abs(candidate.length - word.length) >= least || candidate.length > 64) continue;
    if (budget !== undefined) budget.left -= candidate.length * word.length;
    const away = distance(wanted, candidate.toLowerCase());
    if (away < least) [best, least] = [candidate, away];
  }
  return best;
}

/** How many letters must be changed, added, taken away or swapped with a neighbour. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1)));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
