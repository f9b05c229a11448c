import type { PoolClient } from 'pg';
import { bodiesOf, isUnreadable } from '../bodies/bodies.ts';
import type { Store } from '../store.ts';

/** A row of the table of bodies whose content is fetched, as COPY writes it. */
interface Row {
  readonly [column: string]: string | null;
}

const batchSize = 50;

/**
 * Bodies that lie outside of the database as rows of ones that lie in it, in the text form of COPY. One that is lost stays a row that
 * says where it was.
 * @throws CodedError `body-place-…`
 */
export async function* bodiesWithin(
  store: Store,
  client: PoolClient,
  columns: readonly string[],
): AsyncGenerator<Buffer> {
  const texts = columns.map((column) => `${column}::text AS ${column}`).join(', ');
  for (let after = ''; ;) {
    const { rows } = await client.query<Row>(
      `SELECT ${texts} FROM body WHERE place IS NOT NULL AND digest > $1 ORDER BY digest LIMIT ${batchSize}`,
      [after],
    );
    if (rows.length === 0) return;
    for (const row of rows) {
      const whole = (await within(store, row)) ?? row;
      yield Buffer.from(`${columns.map((column) => copyText(whole[column]!)).join('\t')}\n`);
    }
    after = rows.at(-1)!['digest']!;
  }
}

async function within(store: Store, row: Row): Promise<Row | undefined> {
  try {
    const stored = await bodiesOf(store).stored(row['digest']!);
    if (stored === undefined) return undefined;
    return {
      ...row,
      content: `\\x${stored.toString('hex')}`,
      place: null,
      locator: null,
      stored_bytes: String(stored.length),
    };
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

/** PostgreSQL's documentation, COPY § Text Format. */
function copyText(value: string | null): string {
  if (value === null) return '\\N';
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
