import { CodedError } from '../model/index.ts';

/** Part of a long list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next part begins; absent at the end. */
  readonly next?: string;
}

export interface PageOptions {
  /** `next` of the page before. */
  readonly after?: string;
  /** 1 to 1,000. Default 100. */
  readonly limit?: number;
}

const mostItems = 1000;

/** How many items a page has, within bounds. */
export function pageSize({ limit = 100 }: PageOptions): number {
  return Math.min(mostItems, Math.max(1, Math.floor(limit) || 1));
}

/**
 * What the items of the next page come after: the values that the list is sorted by, of the last item, unique together. Not a
 * count: what is added or goes meanwhile shifts nothing, and the hundredth page costs what the first does.
 */
export function cursorOf(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Reads such a cursor. @throws CodedError `bad-cursor` for what was not made by `cursorOf` of as many values. */
export function readCursor(cursor: string, kinds: readonly ('string' | 'number')[]): readonly (string | number)[] {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor.slice(0, 4096), 'base64url').toString());
  } catch {
    values = undefined;
  }
  if (
    !Array.isArray(values) ||
    values.length !== kinds.length ||
    !values.every((value, i) => typeof value === kinds[i])
  )
    throw badCursor();
  return values as (string | number)[];
}

/** A cursor was made up. */
export function badCursor(): CodedError {
  return new CodedError('bad-cursor', 'the list cannot be continued from there: the cursor is none of ours', {
    kind: 'usage',
    hint: 'begin the list anew',
  });
}

/** A page of rows that were asked for with one more than it holds. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  size: number,
  { item, cursor }: { readonly item: (row: Row) => Item; readonly cursor: (row: Row) => readonly (string | number)[] },
): Page<Item> {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    ...(rows.length > size && last !== undefined ? { next: cursorOf(cursor(last)) } : {}),
  };
}
