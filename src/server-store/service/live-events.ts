import { sql } from 'kysely';
import { jsonText } from '../hostile-text.ts';
import { gatherCounts } from '../change-counts.ts';
import type { Store } from '../store.ts';

/** The channel on which processes tell one another that there is something new. */
export const liveChannel = 'plimsoll_live';

/** Something that people may want to see at once. */
export interface KeptLiveEvent {
  /** `TRANSACTION-NUMBER`: where to go on from. */
  readonly id: string;
  readonly at: string;
  /** Only those that reach the team hear of it. */
  readonly team: string | null;
  readonly body: unknown;
}

/** Tells all processes; they hear of it once the transaction that it is part of has ended. */
export async function tellLive(
  store: Store,
  events: readonly { readonly team?: string | null | undefined; readonly body: object }[],
): Promise<void> {
  if (events.length === 0) return;
  const given = jsonText(events.map(({ team, body }) => ({ team: team ?? null, body })));
  await sql`WITH told AS (INSERT INTO live_event (team, body)
      SELECT team, body FROM jsonb_to_recordset(${given}::jsonb) AS given (team text, body jsonb) RETURNING 1)
    SELECT pg_notify(${liveChannel}, '') FROM told LIMIT 1`.execute(store.db);
}

/** What came after a place, in the order in which all processes see it; `gone` where what came then is no longer kept. */
export async function liveEventsAfter(
  store: Store,
  id: string,
  limit: number,
): Promise<{ readonly events: readonly KeptLiveEvent[]; readonly gone: boolean }> {
  const [transaction, number] = partsOf(id);
  const { rows } = await sql<KeptLiveEvent>`SELECT transaction || '-' || id AS id, at, team, body FROM live_event
    WHERE (transaction, id) > (${transaction}::text::xid8, ${number}::bigint)
      AND transaction < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY transaction, id LIMIT ${limit}`.execute(store.db);
  const { rows: known } = await sql`SELECT 1 FROM live_event
    WHERE transaction = ${transaction}::text::xid8 AND id = ${number}::bigint`.execute(store.db);
  const isStart = number === '0';
  return { events: rows, gone: known.length === 0 && !isStart };
}

/** Whether a place is behind another, in the order in which all processes see events. */
export function comesAfter(id: string, other: string): boolean {
  const [[transaction, number], [before, beforeNumber]] = [partsOf(id), partsOf(other)];
  return transaction === before ? BigInt(number) > BigInt(beforeNumber) : BigInt(transaction) > BigInt(before);
}

/** The place behind which nothing is known yet. */
export async function lastLiveEvent(store: Store): Promise<string> {
  const { rows } = await sql<{ id: string }>`SELECT transaction || '-' || id AS id FROM live_event
    WHERE transaction < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY transaction DESC, id DESC LIMIT 1`.execute(
    store.db,
  );
  return rows[0]?.id ?? '0-0';
}

/** Forgets what is older than that many hours, and answers to repeated requests with it. */
export async function forgetOld(store: Store, hours: number): Promise<void> {
  await sql`DELETE FROM live_event WHERE at < clock_timestamp() - make_interval(hours => ${hours})`.execute(store.db);
  await sql`DELETE FROM idempotent_answer WHERE made_at < clock_timestamp() - make_interval(hours => ${hours})`.execute(
    store.db,
  );
  await sql`DELETE FROM session WHERE expires_at < clock_timestamp()`.execute(store.db);
  await sql`DELETE FROM log_in_attempt WHERE made_at < clock_timestamp() - interval '1 hour'`.execute(store.db);
  await gatherCounts(store);
}

function partsOf(id: string): readonly [string, string] {
  const match = /^(\d{1,19})-(\d{1,18})$/.exec(id);
  return match === null ? ['0', '0'] : [match[1]!, match[2]!];
}
