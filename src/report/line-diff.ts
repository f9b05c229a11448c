/** Lines around a change that are shown with it. */
const context = 3;
/** Above this many differing lines a change is shown as the whole of both sides: comparing takes time by their product. */
const maxCompared = 2_000;

type Line = readonly [mark: ' ' | '-' | '+', text: string];

/** What makes one text into another, as a unified diff (POSIX diff -u) of lines; empty where they are the same. */
export function unifiedDiff(before: string, after: string, file: string): string {
  if (before === after) return '';
  const lines = compare(linesOf(before), linesOf(after));
  const output = [`--- ${file}`, `+++ ${file}`];
  for (let at = 0; at < lines.length;) {
    const changed = lines.findIndex(([mark], index) => index >= at && mark !== ' ');
    if (changed < 0) break;
    const start = Math.max(at, changed - context);
    let end = changed;
    for (let i = changed; i < lines.length && i <= end + 2 * context; i++) if (lines[i]![0] !== ' ') end = i;
    const stop = Math.min(lines.length, end + context + 1);
    output.push(header(lines, start, stop), ...lines.slice(start, stop).map(([mark, text]) => `${mark}${text}`));
    at = stop;
  }
  return `${output.join('\n')}\n`;
}

/** A last line without an end differs from one with it. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  if (text.endsWith('\n')) return text.slice(0, -1).split('\n');
  const lines = text.split('\n');
  return [...lines.slice(0, -1), `${lines.at(-1)!}\n\\ No newline at end of file`];
}

function header(lines: readonly Line[], start: number, stop: number): string {
  const count = (from: number, to: number, other: '-' | '+'): number =>
    lines.slice(from, to).filter(([mark]) => mark !== other).length;
  const range = (other: '-' | '+'): string => {
    const length = count(start, stop, other);
    return `${count(0, start, other) + (length === 0 ? 0 : 1)},${length}`;
  };
  return `@@ -${range('+')} +${range('-')} @@`;
}

/** The longest common subsequence between what both have in common at start and end. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let tail = 0;
  while (
    tail < before.length - start &&
    tail < after.length - start &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail++;
  const same = (text: string): Line => [' ', text];
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, before.length - tail), after.slice(start, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

function middle(before: readonly string[], after: readonly string[]): Line[] {
  const removed = before.map((text): Line => ['-', text]);
  const added = after.map((text): Line => ['+', text]);
  if (before.length === 0 || after.length === 0 || before.length + after.length > maxCompared)
    return [...removed, ...added];
  // common[i][j]: how many lines before[i…] and after[j…] have in common, in order.
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      common[i * width + j] =
        before[i] === after[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      lines.push([' ', before[i]!]);
      i++;
      j++;
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) lines.push(removed[i++]!);
    else lines.push(added[j++]!);
  }
  return [...lines, ...removed.slice(i), ...added.slice(j)];
}
