import { textWidth } from '../text-width.ts';
import { visibleText } from '../visible-text.ts';

/** Prose over as many lines as it needs, each indented; a word longer than the line stays whole, so it can be copied. */
export function wrapText(
  text: string,
  columns: number,
  indent: { readonly first: string; readonly rest: string },
): string[] {
  const lines: string[] = [];
  let line = indent.first;
  let empty = true;
  for (const word of visibleText(text).split(' ')) {
    if (!empty && textWidth(line) + 1 + textWidth(word) > columns) {
      lines.push(line);
      line = `${indent.rest}${word}`;
    } else {
      line = empty ? `${line}${word}` : `${line} ${word}`;
    }
    empty = false;
  }
  lines.push(line);
  return lines;
}
