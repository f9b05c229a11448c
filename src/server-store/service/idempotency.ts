import { sql } from 'kysely';
import type { Store } from '../store.ts';

/** What is known of a request with that key. */
export type Earlier =
  | { readonly kind: 'new' }
  | { readonly kind: 'running' }
  | { readonly kind: 'other' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: string };

/**
 * Takes a key for a request until the transaction ends, which keeps the answer with all that the request did, or nothing of both;
 * whoever comes with the same one later finds what came of it.
 */
export async function takeKey(
  store: Store,
  { identity, key, request }: { readonly identity: string; readonly key: string; readonly request: Buffer },
): Promise<Earlier> {
  const lock = `${identity.length} ${identity} ${key}`;
  const { rows: locks } = await sql<{ taken: boolean }>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${lock}, 0)) AS taken`.execute(store.db);
  if (!locks[0]!.taken) return { kind: 'running' };
  const { rows } = await sql<{ request: Buffer; status: number | null; body: string | null }>`
    INSERT INTO idempotent_answer AS kept (identity, key, request) VALUES (${identity}, ${key}, ${request})
    ON CONFLICT (identity, key) DO UPDATE SET key = excluded.key RETURNING request, status, body`.execute(store.db);
  const { request: first, status, body } = rows[0]!;
  if (!first.equals(request)) return { kind: 'other' };
  return status === null ? { kind: 'new' } : { kind: 'answered', status, body: body ?? '' };
}

export async function keepAnswer(
  store: Store,
  {
    identity,
    key,
    status,
    body,
  }: { readonly identity: string; readonly key: string; readonly status: number; readonly body: string },
): Promise<void> {
  await sql`UPDATE idempotent_answer SET status = ${status}, body = ${body}
    WHERE identity = ${identity} AND key = ${key}`.execute(store.db);
}
