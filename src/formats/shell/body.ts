import type { Cursor } from './cursor.ts';
import type { List } from './syntax.ts';

/** The commands of a compound command: at least one, which is what the grammar asks for. */
export function readBody(cursor: Cursor): List {
  const list = cursor.grammar.list(cursor);
  if (list.items.length === 0) cursor.fail('a command');
  return list;
}
