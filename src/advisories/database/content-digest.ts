import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { contentQueries } from './format.ts';

/**
 * The digest of a database: SHA-256 over its rows in the order of their keys, each row as a line of JSON, each table led
 * by its query. It depends on what was imported, not on the order, the day, the machine or the file's pages.
 */
export function contentDigest(database: DatabaseSync): string {
  const hash = createHash('sha256');
  let lines: string[] = [];
  let length = 0;
  for (const query of contentQueries) {
    lines.push(query);
    const statement = database.prepare(query);
    statement.setReturnArrays(true);
    for (const row of statement.iterate()) {
      const line = JSON.stringify(row);
      lines.push(line);
      length += line.length;
      if (length < 1 << 18) continue;
      hash.update(`${lines.join('\n')}\n`);
      lines = [];
      length = 0;
    }
  }
  if (lines.length > 0) hash.update(`${lines.join('\n')}\n`);
  return `sha256:${hash.digest('hex')}`;
}
