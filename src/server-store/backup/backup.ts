import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { bodiesWithin } from './bodies-within.ts';
import { migrations } from '../migrations/list.ts';
import type { Store } from '../store.ts';
import { tableOrder } from '../tables/order.ts';
import { endOfTable, frame } from './framing.ts';

/** What the first line of a backup says. */
export interface BackupHeader {
  readonly format: 'plimsoll-store';
  readonly version: 1;
  /** Number of the last migration. */
  readonly schema: number;
  /** RFC 3339 */
  readonly madeAt: string;
}

/** What the last line says. */
export interface BackupEnd {
  readonly end: { readonly tables: number; readonly ledgerEntries: number };
}

/**
 * All of the store as it is at one moment, while others go on: bytes for a file, not yet compressed. The same for every version of
 * PostgreSQL, so that it moves from the embedded one to the organisation's and back.
 * @param options withBodies: what lies outside of the database is fetched and comes along; else the backup only says where it lies.
 * @throws CodedError `body-place-…` where that can't be fetched.
 */
export async function* backupStore(
  store: Store,
  now: Date,
  { withBodies = false }: { readonly withBodies?: boolean } = {},
): AsyncGenerator<Buffer> {
  const client = await store.pool.connect();
  let isDone = false;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const header: BackupHeader = {
      format: 'plimsoll-store',
      version: 1,
      schema: migrations.length,
      madeAt: now.toISOString(),
    };
    yield Buffer.from(`${JSON.stringify(header)}\n`);
    for (const table of tableOrder) {
      const { rows } = await client.query<{ column_name: string }>(
        `SELECT column_name FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`,
        [table],
      );
      const columns = rows.map(({ column_name: column }) => column);
      yield Buffer.from(`${JSON.stringify({ table, columns })}\n`);
      for await (const part of partsOf(store, client, { table, columns, withBodies })) yield frame(part);
      yield endOfTable;
    }
    const { rows } = await client.query<{ n: number }>('SELECT count(*) AS n FROM ledger_entry');
    await client.query('COMMIT');
    const end: BackupEnd = { end: { tables: tableOrder.length, ledgerEntries: rows[0]!.n } };
    yield Buffer.from(`${JSON.stringify(end)}\n`);
    isDone = true;
  } finally {
    // One whose reader went away in the middle of a table is of no more use.
    client.release(!isDone);
  }
}

async function* partsOf(
  store: Store,
  client: PoolClient,
  {
    table,
    columns,
    withBodies,
  }: { readonly table: string; readonly columns: readonly string[]; readonly withBodies: boolean },
): AsyncGenerator<Buffer> {
  const isSplit = withBodies && table === 'body';
  const rows = isSplit
    ? `(SELECT ${columns.join(', ')} FROM body WHERE place IS NULL)`
    : `${table} (${columns.join(', ')})`;
  const copy = client.query(copyTo(`COPY ${rows} TO STDOUT`));
  for await (const part of copy as AsyncIterable<Buffer>) if (part.length > 0) yield part;
  if (isSplit) yield* bodiesWithin(store, client, columns);
}
