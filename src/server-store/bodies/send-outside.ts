import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Digest } from '../../model/index.ts';
import type { Store } from '../store.ts';

/** What a body is of: some places keep it beside that. */
export interface BodyOf {
  readonly name: string;
  readonly manifestDigest?: Digest;
}

/** Where a body lies outside of the database. */
export interface LiesOutside {
  readonly place: number;
  readonly locator: string;
}

/**
 * Brings a packed body to a place; undefined where it has no room for it. What is about to be sent is noted before: should nothing
 * come of it, it is found and taken away again.
 * @throws CodedError `body-place-…`
 */
export async function sendOutside(
  store: Store,
  address: string,
  body: { readonly digest: Digest; readonly stored: Buffer; readonly of?: BodyOf | undefined },
): Promise<LiesOutside | undefined> {
  const { digest, stored, of } = body;
  const { id: place, owner } = await ourPlace(store, address);
  return store.places.use(address, async (opened) => {
    const planned = await opened.plan({ digest, stored, owner, ...(of === undefined ? {} : { image: of }) });
    if (planned === undefined) return undefined;
    const { locator, write } = planned;
    await sql`INSERT INTO body_outside (place, locator) VALUES (${place}, ${locator})
      ON CONFLICT (place, locator) DO UPDATE SET put_at = clock_timestamp()`.execute(store.db);
    await write();
    return { place, locator };
  });
}

/** The place of that address in which this store keeps, under a name that no other store has. */
export async function ourPlace(
  { db }: Store,
  address: string,
): Promise<{ readonly id: number; readonly owner: string }> {
  await sql`INSERT INTO body_place (address, owner) VALUES (${address}, ${randomUUID()})
    ON CONFLICT (address) WHERE is_ours DO NOTHING`.execute(db);
  return db
    .selectFrom('body_place')
    .select(['id', 'owner'])
    .where('address', '=', address)
    .where('is_ours', '=', true)
    .executeTakeFirstOrThrow();
}
