import { sql } from 'kysely';
import type { CodedError } from '../../model/index.ts';
import type { Store } from '../store.ts';
import { isPlaceTrouble } from './places.ts';

/** Younger ones may be of a record that is just being kept. */
export const bodyRestHours = 24;

export interface SweptBodies {
  readonly removed: number;
  /** Places that did not let us: what is left there goes next time. */
  readonly troubles: readonly CodedError[];
}

interface Outside {
  readonly place: number;
  readonly locator: string;
  readonly address: string;
}

/**
 * Takes away outside of the database what no body names any more: of bodies that were pruned or moved, and what was sent when the
 * program ended. Each is forgotten only when it is gone; several processes may do this at once.
 */
export async function sweepBodies(
  store: Store,
  { restHours = bodyRestHours }: { readonly restHours?: number } = {},
): Promise<SweptBodies> {
  const troubles = new Map<number, CodedError>();
  let removed = 0;
  for (let after: Outside | undefined; ;) {
    const batch: readonly Outside[] = (await unnamed(store, { restHours, after })).rows;
    if (batch.length === 0) return { removed, troubles: [...troubles.values()] };
    for (const each of batch) {
      if (troubles.has(each.place)) continue;
      try {
        if (await remove(store, each, restHours)) removed++;
      } catch (error) {
        if (!isPlaceTrouble(error)) throw error;
        troubles.set(each.place, error);
      }
    }
    after = batch.at(-1);
  }
}

const isUnnamed = (
  restHours: number,
) => sql`is_ours AND put_at < clock_timestamp() - make_interval(hours => ${restHours}::int)
  AND NOT EXISTS (SELECT 1 FROM body WHERE body.place = body_outside.place AND body.locator = body_outside.locator)`;

function unnamed(
  store: Store,
  { restHours, after }: { readonly restHours: number; readonly after: Outside | undefined },
) {
  const rest =
    after === undefined ? sql`TRUE` : sql`(place, locator) > (${after.place}::int, ${after.locator} COLLATE "C")`;
  return sql<Outside>`SELECT place, locator, address FROM body_outside JOIN body_place ON body_place.id = place
    WHERE ${isUnnamed(restHours)} AND ${rest} ORDER BY place, locator LIMIT 500`.execute(store.db);
}

/** Whoever is about to put the same there again waits until it is gone, and puts it then. */
async function remove(store: Store, { place, locator, address }: Outside, restHours: number): Promise<boolean> {
  return store.db.transaction().execute(async (transaction) => {
    const { rows } = await sql`SELECT 1 FROM body_outside JOIN body_place ON body_place.id = place
      WHERE place = ${place} AND locator = ${locator} AND ${isUnnamed(restHours)}
      FOR UPDATE OF body_outside SKIP LOCKED`.execute(transaction);
    if (rows.length === 0) return false;
    await store.places.use(address, (opened) => opened.remove(locator));
    await sql`DELETE FROM body_outside WHERE place = ${place} AND locator = ${locator}`.execute(transaction);
    return true;
  });
}
