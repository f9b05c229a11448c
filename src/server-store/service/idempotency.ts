import { sql } from 'kysely';
import type { Store } from '../store.ts';

/** What is known of a request with that key. */
export type Earlier =
  | { readonly kind: 'new' }
  | { readonly kind: 'running' }
  | { readonly kind: 'other' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: string };

/** Takes a key for a request; whoever comes with the same one finds what came of it. */
export async function takeKey(
  store: Store,
  { identity, key, request }: { readonly identity: string; readonly key: string; readonly request: Buffer },
): Promise<Earlier> {
  // One that was taken by a process which died is free again after a while.
  const { rows: taken } = await sql`INSERT INTO idempotent_answer AS kept (identity, key, request)
    VALUES (${identity}, ${key}, ${request})
    ON CONFLICT (identity, key) DO UPDATE SET request = excluded.request, made_at = clock_timestamp()
      WHERE kept.status IS NULL AND kept.made_at < clock_timestamp() - interval '5 minutes'
    RETURNING 1`.execute(store.db);
  if (taken.length > 0) return { kind: 'new' };
  const { rows } = await sql<{ request: Buffer; status: number | null; body: string | null }>`
    SELECT request, status, body FROM idempotent_answer WHERE identity = ${identity} AND key = ${key}`.execute(
    store.db,
  );
  const found = rows[0];
  if (found === undefined) return { kind: 'new' };
  if (!found.request.equals(request)) return { kind: 'other' };
  if (found.status === null) return { kind: 'running' };
  return { kind: 'answered', status: found.status, body: found.body ?? '' };
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

/** What failed may be tried again under its key. */
export async function freeKey(
  store: Store,
  { identity, key }: { readonly identity: string; readonly key: string },
): Promise<void> {
  await sql`DELETE FROM idempotent_answer WHERE identity = ${identity} AND key = ${key} AND status IS NULL`.execute(
    store.db,
  );
}
