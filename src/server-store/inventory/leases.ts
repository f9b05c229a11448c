import { sql } from 'kysely';
import { jsonText } from '../hostile-text.ts';
import type { Store } from '../store.ts';

/** A process that wants to watch a source. */
export interface LeaseRequest {
  readonly source: string;
  /** Names the process, unlike any other. */
  readonly holder: string;
  readonly seconds: number;
}

/**
 * Takes or renews the right to watch a source: one process has it at a time, by the database's clock. What it was before it ended
 * without a word passes to another when its time is over. Gives whether the asker has it now.
 */
export async function takeLease(store: Store, { source, holder, seconds }: LeaseRequest): Promise<boolean> {
  const { rows } = await sql`INSERT INTO source_watch (source, holder, until)
    VALUES (${source}, ${holder}, clock_timestamp() + make_interval(secs => ${seconds}))
    ON CONFLICT (source) DO UPDATE SET holder = excluded.holder, until = excluded.until
      WHERE source_watch.holder = excluded.holder OR source_watch.until < clock_timestamp()
    RETURNING 1`.execute(store.db);
  return rows.length > 0;
}

/** Gives it back, so that another need not wait. */
export async function giveLease(store: Store, { source, holder }: Omit<LeaseRequest, 'seconds'>): Promise<void> {
  await sql`UPDATE source_watch SET until = clock_timestamp() WHERE source = ${source} AND holder = ${holder}`.execute(
    store.db,
  );
}

/** How far the source was read, by whoever watched it last. */
export async function readWatchCursor(store: Store, source: string): Promise<unknown> {
  const { rows } = await sql<{ cursor: unknown }>`SELECT cursor FROM source_watch WHERE source = ${source}`.execute(
    store.db,
  );
  return rows[0]?.cursor ?? undefined;
}

/** Notes how far the source was read. Gives whether the asker still has the lease: nothing is noted where it has not. */
export async function writeWatchCursor(
  store: Store,
  { source, holder }: Omit<LeaseRequest, 'seconds'>,
  cursor: unknown,
): Promise<boolean> {
  const { rows } = await sql`UPDATE source_watch SET cursor = ${jsonText(cursor)}::jsonb
    WHERE source = ${source} AND holder = ${holder} AND until > clock_timestamp() RETURNING 1`.execute(store.db);
  return rows.length > 0;
}
