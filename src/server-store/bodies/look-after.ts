import { sql } from 'kysely';
import type { CodedError } from '../../model/index.ts';
import type { Store } from '../store.ts';
import { bodiesOf, isUnreadable, missing } from './bodies.ts';
import { isPlaceTrouble } from './places.ts';
import { noteReadable, noteUnreadable } from './unreadable.ts';

/** Bodies by where they lie. */
export interface BodiesThere {
  /** `database`, or a place's address. */
  readonly where: string;
  /** This store may take away what it kept there. */
  readonly isOurs: boolean;
  readonly bodies: number;
  readonly storedBytes: number;
  /** Of them, those that are lost or damaged. */
  readonly unreadable: number;
}

/** Where bodies lie, the database first. */
export async function bodiesByPlace({ db }: Pick<Store, 'db'>): Promise<readonly BodiesThere[]> {
  const { rows } =
    await sql<BodiesThere>`SELECT coalesce(address, 'database') AS where, coalesce(is_ours, true) AS "isOurs",
      count(*) AS bodies, sum(stored_bytes)::bigint AS "storedBytes", count(unreadable_since) AS unreadable
    FROM body LEFT JOIN body_place ON body_place.id = body.place
    GROUP BY address, is_ours, body_place.id ORDER BY body_place.id NULLS FIRST`.execute(db);
  return rows;
}

/** How many bodies are lost or damaged, as far as is known; and of how many images they are the record. */
export async function countUnreadable({ db }: Store): Promise<{ readonly bodies: number; readonly images: number }> {
  const { rows } = await sql<{
    bodies: number;
    images: number;
  }>`SELECT count(DISTINCT digest) AS bodies, count(image) AS images
    FROM body LEFT JOIN record ON record.body = body.digest WHERE unreadable_since IS NOT NULL`.execute(db);
  return rows[0]!;
}

/** What looking at bodies came to. */
export interface BodyCheck {
  readonly checked: number;
  readonly unreadable: number;
  /** Places that can't be asked: nothing is told of what lies there. */
  readonly troubles: readonly CodedError[];
}

/**
 * Looks whether bodies outside are still there, those first that were looked at longest ago. Images whose record is gone become due,
 * also those whose record is back.
 * @param options before: only those not looked at since. reads: they are fetched and their digest is checked.
 */
export async function checkBodies(
  store: Store,
  { before, limit, reads = false }: { readonly before: Date; readonly limit: number; readonly reads?: boolean },
): Promise<BodyCheck> {
  const { rows } = await sql<{ digest: string; locator: string | null; address: string | null; lost: boolean }>`
    SELECT digest, locator, address, unreadable_since IS NOT NULL AS lost FROM body
    LEFT JOIN body_place ON body_place.id = body.place
    WHERE (place IS NOT NULL OR ${reads} OR unreadable_since IS NOT NULL) AND (checked_at IS NULL OR checked_at < ${before.toISOString()}::timestamptz)
    ORDER BY checked_at NULLS FIRST, digest LIMIT ${limit}`.execute(store.db);
  const troubles = new Map<string, CodedError>();
  let checked = 0;
  let unreadable = 0;
  const waiting = rows.values();
  const lookOn = async (): Promise<void> => {
    for (const row of waiting) {
      const { digest, locator, address, lost } = row;
      if (address !== null && troubles.has(address)) continue;
      try {
        if (reads || lost || address === null) await bodiesOf(store).stored(digest);
        else if (!(await store.places.use(address, (place) => place.has(locator!))))
          throw missing(digest, `${address}, as ${locator}`);
        if (lost) await noteReadable(store, digest);
      } catch (error) {
        if (isPlaceTrouble(error)) {
          troubles.set(address!, error);
          continue;
        }
        if (!isUnreadable(error)) throw error;
        unreadable++;
        await noteUnreadable(store, digest, error.message);
      }
      checked++;
      await sql`UPDATE body SET checked_at = clock_timestamp() WHERE digest = ${digest}`.execute(store.db);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lookOn));
  return { checked, unreadable, troubles: [...troubles.values()] };
}
