import { cutEnd, cutMiddle, textWidth } from '../text-width.ts';
import { visibleText } from '../visible-text.ts';
import type { Style } from './paint.ts';

/** A piece of a line. Its text may come from an image: it is made visible here, before it is measured. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
  /** Cut here when the line is too narrow; `end` where nothing is said. */
  readonly cut?: 'middle' | 'end';
  /** Said instead when the line is too narrow. */
  readonly short?: string;
  /** Narrower than this it is not cut, as long as others can be. */
  readonly least?: number;
}

const gap = '  ';

/**
 * Rows as lines of at most `columns`, cells under one another, the widest columns cut first. Never wraps; a column in
 * which no row says anything takes no room.
 */
export function layRows(rows: readonly (readonly Cell[])[], columns: number, indent = ''): string[] {
  const whole = rows.map((row) => row.map((cell) => ({ ...cell, text: visibleText(cell.text) })));
  const room = columns - indent.length;
  const fits = totalWidth(naturalWidths(whole)) <= room;
  const cells = fits
    ? whole
    : whole.map((row) =>
        row.map((cell) => (cell.short === undefined ? cell : { ...cell, text: visibleText(cell.short) })),
      );
  const natural = naturalWidths(cells);
  const least = natural.map((_, i) => Math.max(0, ...cells.map((row) => row[i]?.least ?? 0)));
  const widths = shrink(natural, least, room - (totalWidth(natural) - sum(natural)));
  return cells.map((row) => {
    const last = row.findLastIndex((cell) => cell.text !== '');
    const parts = row.slice(0, last + 1).flatMap((cell, i) => {
      const width = widths[i] ?? 0;
      if (width === 0) return [];
      const text = cell.cut === 'middle' ? cutMiddle(cell.text, width) : cutEnd(cell.text, width);
      const padding = i === last ? '' : ' '.repeat(width - textWidth(text));
      return [`${cell.style === undefined || text === '' ? text : cell.style(text)}${padding}`];
    });
    return `${indent}${parts.join(gap)}`;
  });
}

function naturalWidths(rows: readonly (readonly Cell[])[]): number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, i) => Math.max(0, ...rows.map((row) => textWidth(row[i]?.text ?? ''))));
}

/** Columns with the gaps between those that say anything. */
function totalWidth(widths: readonly number[]): number {
  return sum(widths) + Math.max(0, widths.filter((width) => width > 0).length - 1) * gap.length;
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0);
}

/** One line of pieces after one another, cut as a row is. */
export function layLine(cells: readonly Cell[], columns: number, indent = ''): string {
  return layRows([cells.filter(({ text }) => text !== '')], columns, indent)[0] ?? indent;
}

/** Takes columns from the widest that has more than its least, then, if it must be, below that. */
function shrink(natural: readonly number[], least: readonly number[], room: number): number[] {
  const widths = [...natural];
  for (const floors of [
    least.map((width, i) => Math.min(width, natural[i] ?? 0)),
    natural.map((width) => Math.min(width, 4)),
  ]) {
    let excess = sum(widths) - room;
    while (excess > 0) {
      let widest = -1;
      for (let i = 0; i < widths.length; i++) {
        if ((widths[i] ?? 0) > (floors[i] ?? 0) && (widest === -1 || (widths[i] ?? 0) > (widths[widest] ?? 0)))
          widest = i;
      }
      if (widest === -1) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
      excess--;
    }
  }
  return widths;
}

/** Pieces joined by ` · `, broken between pieces into as many lines as they need. */
export function flowLine(pieces: readonly string[], columns: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces.map(visibleText).filter((text) => text !== '')) {
    const longer = line === '' ? piece : `${line} · ${piece}`;
    if (line !== '' && indent.length + textWidth(longer) > columns) {
      lines.push(`${indent}${line}`);
      line = piece;
    } else {
      line = longer;
    }
  }
  if (line !== '') lines.push(`${indent}${line}`);
  return lines.map((text) => cutEnd(text, columns));
}
