import { textWidth } from '../text-width.ts';
import { visibleText } from '../visible-text.ts';

/** A line of a file and a line of carets below what is meant, both at most that wide; the line is cut around it. */
export function sourceLine(
  line: string,
  { from, to, columns }: { readonly from: number; readonly to: number; readonly columns: number },
): readonly [line: string, carets: string] {
  const part = (start: number, end: number): string => visibleText(line.slice(start, end).replaceAll('\t', ' '));
  let before = part(0, from);
  const meant = part(from, Math.max(from, to));
  const after = part(Math.max(from, to), Math.min(line.length, Math.max(from, to) + columns));
  const meantWidth = Math.max(1, textWidth(meant));
  // What stands before goes first, so that what is meant is seen; half of the line it may keep.
  const room = Math.max(Math.floor(columns / 2), columns - meantWidth);
  if (textWidth(before) > room) before = `…${lastColumns(before, room - 1)}`;
  const start = textWidth(before);
  const width = Math.max(1, Math.min(meantWidth, columns - start));
  return [firstColumns(`${before}${meant}${after}`, columns), `${' '.repeat(start)}${'^'.repeat(width)}`];
}

function firstColumns(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text.trimEnd();
  let taken = '';
  let width = 0;
  for (const character of text) {
    width += textWidth(character);
    if (width >= columns) break;
    taken += character;
  }
  return `${taken}…`;
}

function lastColumns(text: string, columns: number): string {
  let width = 0;
  let taken = '';
  for (const character of [...text].reverse()) {
    width += textWidth(character);
    if (width > columns) break;
    taken = character + taken;
  }
  return taken;
}
