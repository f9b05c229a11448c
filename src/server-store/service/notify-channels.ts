import { sql } from 'kysely';
import { jsonText } from '../hostile-text.ts';
import type { Store } from '../store.ts';

/** A channel as it is kept: what is secret of it is sealed. */
export interface KeptChannel {
  readonly name: string;
  readonly body: object;
  readonly sealed: Readonly<Record<string, string>>;
  readonly changedBy: string;
  readonly changedAt: string;
}

/** All channels, by name. */
export async function notifyChannels(store: Store): Promise<readonly KeptChannel[]> {
  const { rows } =
    await sql<KeptChannel>`SELECT name, body, sealed, changed_by AS "changedBy", changed_at AS "changedAt"
    FROM notify_channel ORDER BY name`.execute(store.db);
  return rows;
}

/** Whoever changes channels waits for whoever does. Within a transaction. */
export async function lockNotifyChannels(store: Store): Promise<void> {
  await sql`LOCK TABLE notify_channel IN SHARE ROW EXCLUSIVE MODE`.execute(store.db);
}

export async function setNotifyChannel(store: Store, channel: KeptChannel): Promise<void> {
  const { name, body, sealed, changedBy, changedAt } = channel;
  await sql`INSERT INTO notify_channel (name, body, sealed, changed_by, changed_at)
    VALUES (${name}, ${jsonText(body)}::jsonb, ${jsonText(sealed)}::jsonb, ${changedBy}, ${changedAt}::timestamptz)
    ON CONFLICT (name) DO UPDATE SET body = excluded.body, sealed = excluded.sealed, changed_by = excluded.changed_by,
      changed_at = excluded.changed_at`.execute(store.db);
}

/** Forgets a channel, and what was still to be told by it. Tells whether there was one. */
export async function removeNotifyChannel(store: Store, name: string): Promise<boolean> {
  const { numAffectedRows } = await sql`DELETE FROM notify_channel WHERE name = ${name}`.execute(store.db);
  if (Number(numAffectedRows ?? 0) === 0) return false;
  await sql`UPDATE message SET state = 'failed', ended_at = clock_timestamp(), error = 'the channel was removed'
    WHERE channel = ${name} AND state = 'waiting'`.execute(store.db);
  return true;
}

/** Lets all that has turned until now be told to nobody: a first channel is not told of the past. */
export async function passOverTurns(store: Store, now: Date): Promise<void> {
  await sql`UPDATE turn SET noticed_at = ${now.toISOString()}::timestamptz WHERE noticed_at IS NULL`.execute(store.db);
}
