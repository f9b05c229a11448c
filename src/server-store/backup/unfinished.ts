import type { PoolClient } from 'pg';
import { CodedError } from '../../model/index.ts';

/**
 * Says, as long as it is there, that a restore has begun here and not ended: an empty store that was to be filled would else pass for
 * a new one. It goes in the transaction that brings what is restored.
 */
const marker = 'restore_unfinished';

/** Marks the store as one that is being filled. */
export async function beginRestore(client: PoolClient): Promise<void> {
  await client.query(`CREATE TABLE IF NOT EXISTS ${marker} (begun_at timestamptz NOT NULL DEFAULT now())`);
}

/** Takes the mark away. */
export async function endRestore(client: PoolClient): Promise<void> {
  await client.query(`DROP TABLE IF EXISTS ${marker}`);
}

/** @throws CodedError `store-restore-unfinished` */
export async function refuseUnfinished(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string | null }>('SELECT to_regclass($1) AS name', [marker]);
  if (rows[0]!.name !== null)
    throw new CodedError('store-restore-unfinished', 'a restore into this store was cut off, or still goes on', {
      hint: 'run the same plimsoll store restore again: nothing of it is there yet',
    });
}
