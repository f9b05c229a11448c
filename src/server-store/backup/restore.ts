import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { CodedError } from '../../model/index.ts';
import { storeError } from '../connection/errors.ts';
import { migrations } from '../migrations/list.ts';
import { migrate } from '../migrations/migrate.ts';
import { connectStore, type StoreOptions } from '../open-store.ts';
import type { Store } from '../store.ts';
import { tableOrder } from '../tables/order.ts';
import type { BackupEnd, BackupHeader } from './backup.ts';
import { FrameReader, unreadable } from './framing.ts';
import { beginRestore, endRestore } from './unfinished.ts';

const columnShape = /^[a-z][a-z0-9_]*$/;

/**
 * Fills an empty store from a backup, all of it or nothing; until then nobody takes it for a new one. One of an older plimsoll is taken in with its tables and then brought
 * up to date.
 * @throws CodedError `store-not-empty`, `backup-unreadable`, `store-newer`.
 */
export async function restoreStore(options: StoreOptions, backup: AsyncIterable<Buffer>): Promise<Store> {
  const reader = new FrameReader(backup);
  const header = headerOf(await reader.line());
  const store = await connectStore(options);
  try {
    if (header.schema > migrations.length)
      throw new CodedError(
        'store-newer',
        `the backup has schema ${header.schema}; this plimsoll knows ${migrations.length}`,
        {
          hint: 'use the version that made it, or a newer one',
        },
      );
    await store.pool.use(refuseFilled);
    await store.pool.use(beginRestore);
    try {
      await migrate(store.pool, migrations.slice(0, header.schema));
      await store.pool.use((client) => fill(client, reader));
    } catch (error) {
      // It is as empty as it was. Where the database has gone the mark stays, and says so.
      await store.pool.use(endRestore).catch(() => undefined);
      throw error;
    }
    await migrate(store.pool);
    return store;
  } catch (error) {
    await store.close();
    throw storeError(error);
  }
}

async function refuseFilled(client: PoolClient): Promise<void> {
  // A ledger that has its id was in use, and keeps it.
  for (const table of ['ledger', 'record']) {
    if (!(await hasTable(client, table))) continue;
    const { rows } = await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
    if (rows.length > 0)
      throw new CodedError(
        'store-not-empty',
        `a backup is restored into an empty store, but this one has rows in ${table}`,
        {
          hint: 'name another folder with --data, or an empty database',
        },
      );
  }
}

async function hasTable(client: PoolClient, table: string): Promise<boolean> {
  const { rows } = await client.query<{ name: string | null }>('SELECT to_regclass($1) AS name', [table]);
  return rows[0]!.name !== null;
}

async function fill(client: PoolClient, reader: FrameReader): Promise<void> {
  await client.query('BEGIN');
  let tables = 0;
  for (;;) {
    const line = parse(await reader.line());
    if ('end' in line) {
      const { end } = line as unknown as BackupEnd;
      const { rows } = await client.query<{ n: number }>('SELECT count(*) AS n FROM ledger_entry');
      if (end.tables !== tables || end.ledgerEntries !== rows[0]!.n)
        throw unreadable('it does not hold what its end says');
      break;
    }
    const { table, columns } = line;
    if (typeof table !== 'string' || !tableOrder.includes(table) || !Array.isArray(columns) || !columns.every(isColumn))
      throw unreadable('it names a table that no store has');
    // The one table that has a row from the beginning.
    if (table === 'judging_state') await client.query('DELETE FROM judging_state');
    await pipeline(
      Readable.from(reader.parts()),
      client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`)),
    );
    tables++;
  }
  const { rows: numbered } = await client.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns
     WHERE table_schema = current_schema() AND is_identity = 'YES'`,
  );
  for (const { table, column } of numbered)
    await client.query(
      `SELECT setval(pg_get_serial_sequence('${table}', '${column}'), (SELECT max(${column}) FROM ${table}))`,
    );
  // What lies outside is another store's, perhaps one that goes on: it is read there, and never taken away.
  if (await hasTable(client, 'body_place')) await client.query('UPDATE body_place SET is_ours = false');
  await endRestore(client);
  await client.query('COMMIT');
}

function headerOf(line: string): BackupHeader {
  const { format, version, schema, madeAt } = parse(line);
  if (format !== 'plimsoll-store') throw unreadable('it is no backup of plimsoll');
  if (version !== 1 || !Number.isSafeInteger(schema)) throw unreadable(`it is of version ${String(version)}, not 1`);
  return { format, version, schema: schema as number, madeAt: String(madeAt) };
}

function parse(line: string): Record<string, unknown> {
  try {
    const value = JSON.parse(line) as unknown;
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw unreadable('a line is not what it should be', cause);
  }
  throw unreadable('a line is not what it should be');
}

function isColumn(value: unknown): value is string {
  return typeof value === 'string' && columnShape.test(value);
}
