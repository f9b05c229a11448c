/** The known word that a mistyped one is closest to; undefined where none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 100) return undefined;
  const simple = (text: string) => text.toLowerCase().replace(/[-_.]/g, '');
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const away = simple(candidate) === simple(word) ? 0 : distance(word.toLowerCase(), candidate.toLowerCase());
    const isPart = word.length > 3 && simple(candidate).startsWith(simple(word)) ? 1 : away;
    if (Math.min(away, isPart) < least) [best, least] = [candidate, Math.min(away, isPart)];
  }
  return best;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
