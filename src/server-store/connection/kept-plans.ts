import { hash } from 'node:crypto';
import { sql } from 'kysely';

const mark = '/* plan kept */';

/**
 * Stands at the beginning of a statement, or behind its SELECT (`modifyFront`), of which each connection keeps the plan: looking up one
 * image takes PostgreSQL less time than planning how. For statements that are one by their text, find what they ask for by a whole key or
 * have no values at all, and name their columns: the plan is the same whatever the values, and a list of one team would
 * be looked up as if it were of any; with `*` a column that a migration adds fails it on connections that are open.
 */
export const planKept = sql.raw(`${mark} `);

const names = new Map<string, string>();

/** What the driver is to be asked: a statement whose plan is kept has a name, by which a connection knows it again. */
export function driverQuery(text: string, values: readonly unknown[] | undefined): string | NamedQuery {
  // Text before the mark is at most a SELECT.
  if (!text.slice(0, mark.length + 16).includes(mark)) return text;
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `plan-${hash('sha256', text, 'hex').slice(0, 24)}`));
  return { name, text, values: [...(values ?? [])] };
}

interface NamedQuery {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}
