import { useEffect, useState, type ReactNode, type RefObject } from 'react';

/** A column of a `DataTable`. */
export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  /** What the head stands for, where it is an abbreviation. */
  readonly meaning?: string;
  /** Least width in pixels, and its share of what is left. */
  readonly min: number;
  readonly grow?: number;
  /** Columns go from the highest number on where there is no room; 0 never goes. */
  readonly rank: number;
  readonly align?: 'end';
  /** Says little without its head: it keeps it where it stands below a row. Numbers do anyway. */
  readonly isNamedBelow?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** The cell as text: for CSV, and for the row's accessible name. */
  readonly text: (row: Row) => string;
  /** The word for it in `sort`, where it can be sorted. */
  readonly sort?: string;
  /** How two rows compare, where they are sorted here and not by the server. */
  readonly compare?: (a: Row, b: Row) => number;
}

/** The columns that have room in a width, in their order. */
export function columnsIn<Row>(columns: readonly Column<Row>[], width: number): readonly Column<Row>[] {
  const kept = [...columns].sort((a, b) => a.rank - b.rank);
  while (kept.length > 1 && kept.at(-1)!.rank > 0 && kept.reduce((sum, { min }) => sum + min + 16, 16) > width)
    kept.pop();
  return columns.filter((column) => kept.includes(column));
}

export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(() => Math.min(window.innerWidth, 1680));
  useEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** Where an element begins on the page, in pixels; follows what grows above it. */
export function useTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useEffect(() => {
    const measure = (): void => {
      const target = element.current;
      if (target !== null) setTop(Math.round(target.getBoundingClientRect().top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}

/** RFC 4180; what a spreadsheet would take for a formula is quoted as text. */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const field = (text: string): string => {
    const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
  };
  return [
    columns.map(({ head }) => field(head)).join(','),
    ...rows.map((row) => columns.map(({ text }) => field(text(row))).join(',')),
  ].join('\r\n');
}
