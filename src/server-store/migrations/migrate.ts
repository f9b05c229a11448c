import type { PoolClient } from 'pg';
import { CodedError } from '../../model/index.ts';
import type { StorePool } from '../connection/pool.ts';
import { migrations } from './list.ts';
import type { Migration } from './migration.ts';

/** Any number, the same for all processes: the key of the lock under which tables are changed ("plim" in ASCII). */
const lockKey = 0x706c696d;

/**
 * Brings the tables up to date, each step in a transaction of its own, one process at a time.
 * @param steps other than all, for tests of upgrades.
 * @throws CodedError `store-newer` where a newer program has been here.
 */
export async function migrate(pool: StorePool, steps: readonly Migration[] = migrations): Promise<void> {
  await pool.use(async (client) => {
    if ((await schemaOf(client)) === steps.length) return;
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    try {
      await client.query(
        `CREATE TABLE IF NOT EXISTS schema_step (
           number int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
      );
      const done = await schemaOf(client);
      if (done > steps.length)
        throw new CodedError(
          'store-newer',
          `the store has schema ${done}, made by a newer plimsoll; this one knows ${steps.length}`,
          { hint: 'use that version, or restore a backup that this one has made' },
        );
      for (const step of steps.slice(done)) await apply(client, step);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [lockKey]);
    }
  });
}

/** Whether a plimsoll has made its tables there. */
export async function hasTables(pool: StorePool): Promise<boolean> {
  return (await pool.use(schemaOf)) > 0;
}

async function apply(client: PoolClient, { number, name, sql }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('INSERT INTO schema_step (number, name) VALUES ($1, $2)', [number, name]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    const message = `the tables could not be brought to schema ${number} (${name}): ${(cause as Error).message}`;
    throw new CodedError('store-not-migrated', message, { hint: 'nothing was changed', cause });
  }
}

/** The number of the last step that was taken; 0 where there is nothing yet. */
async function schemaOf(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ there: string | null }>(`SELECT to_regclass('schema_step') AS there`);
  if (rows[0]!.there === null) return 0;
  return (await client.query<{ n: number }>('SELECT coalesce(max(number), 0) AS n FROM schema_step')).rows[0]!.n;
}
