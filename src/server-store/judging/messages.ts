import { sql } from 'kysely';
import { jsonText, plainText } from '../hostile-text.ts';
import type { Store } from '../store.ts';

/** Something that is to be sent. */
export interface NewMessage {
  /** Name of the channel, as it is configured. */
  readonly channel: string;
  readonly recipient: string;
  /** One of the same identity is sent once. */
  readonly identity: string;
  readonly body: object;
}

export interface KeptMessage extends NewMessage {
  readonly id: number;
  readonly tries: number;
}

export async function keepMessages(store: Store, messages: readonly NewMessage[], now: Date): Promise<void> {
  if (messages.length === 0) return;
  await sql`INSERT INTO message (channel, recipient, identity, body, next_try)
    SELECT channel, recipient, identity, body, ${now.toISOString()}::timestamptz
    FROM jsonb_to_recordset(${jsonText(messages)}::jsonb) AS given (channel text, recipient text, identity text, body jsonb)
    ON CONFLICT (channel, identity) DO NOTHING`.execute(store.db);
}

/**
 * Messages whose time has come. They are lent for as long as it may take to send them: whoever ends without a word leaves them to
 * others after that.
 */
export async function takeMessages(
  store: Store,
  { limit, leaseMs, now }: { readonly limit: number; readonly leaseMs: number; readonly now: Date },
): Promise<readonly KeptMessage[]> {
  const until = new Date(now.getTime() + leaseMs).toISOString();
  const { rows } = await sql<KeptMessage>`UPDATE message SET next_try = ${until}::timestamptz, tries = tries + 1
    WHERE id IN (SELECT id FROM message WHERE state = 'waiting' AND next_try <= ${now.toISOString()}::timestamptz
      ORDER BY next_try, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, channel, recipient, identity, body, tries`.execute(store.db);
  return rows.toSorted((a, b) => a.id - b.id);
}

/** It was taken, or will never be. */
export async function endMessage(
  store: Store,
  {
    id,
    state,
    error,
    now,
  }: { readonly id: number; readonly state: 'sent' | 'failed'; readonly error?: string; readonly now: Date },
): Promise<void> {
  await store.db
    .updateTable('message')
    .set({ state, error: error === undefined ? null : plainText(error).slice(0, 1000), ended_at: now.toISOString() })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

/** It is tried again then. */
export async function postponeMessage(
  store: Store,
  { id, until, error }: { readonly id: number; readonly until: Date; readonly error: string },
): Promise<void> {
  await store.db
    .updateTable('message')
    .set({ next_try: until.toISOString(), error: plainText(error).slice(0, 1000) })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

/** When the next message's time comes; undefined where none waits. */
export async function nextMessage(store: Store): Promise<string | undefined> {
  const row = await store.db
    .selectFrom('message')
    .select(({ fn }) => fn.min('next_try').as('next'))
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return (row?.next as string | null | undefined) ?? undefined;
}
