import { parseDigest } from '../../model/index.ts';
import type { Store } from '../store.ts';
import { bodiesOf, isUnreadable } from './bodies.ts';
import { type BodyOf, ourPlace, sendOutside } from './send-outside.ts';

export interface MovedBodies {
  readonly moved: number;
  /** That stay where they are: lost, damaged, or of a kind for which there is no room. */
  readonly left: number;
}

/**
 * Brings all bodies to where new ones go. Each is there before the store names the new place, and is taken away from the old one
 * by a later sweep: cut off, it goes on where it was.
 * @throws CodedError `body-place-…`
 */
export async function moveBodies(store: Store, signal: AbortSignal): Promise<MovedBodies> {
  const address = await store.places.address();
  const place = address === undefined ? null : (await ourPlace(store, address)).id;
  let moved = 0;
  let left = 0;
  for (let after = ''; ;) {
    const rows = await store.db
      .selectFrom('body')
      .select('digest')
      .where('digest', '>', after)
      .where('place', 'is distinct from', place)
      .orderBy('digest')
      .limit(100)
      .execute();
    if (rows.length === 0) return { moved, left };
    for (const { digest } of rows) {
      signal.throwIfAborted();
      if (await move(store, digest, address)) moved++;
      else left++;
    }
    after = rows.at(-1)!.digest;
  }
}

async function move(store: Store, digest: string, address: string | undefined): Promise<boolean> {
  const stored = await storedOf(store, digest);
  if (stored === undefined) return false;
  const body = { digest: parseDigest(digest)!, stored, of: await imageOf(store, digest) };
  const outside = address === undefined ? undefined : await sendOutside(store, address, body);
  if (address !== undefined && outside === undefined) return false;
  await store.db
    .updateTable('body')
    .set({
      content: outside === undefined ? stored : null,
      place: outside?.place ?? null,
      locator: outside?.locator ?? null,
      stored_bytes: stored.length,
    })
    .where('digest', '=', digest)
    .execute();
  return true;
}

async function storedOf(store: Store, digest: string): Promise<Buffer | undefined> {
  try {
    return await bodiesOf(store).stored(digest);
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

async function imageOf({ db }: Store, digest: string): Promise<BodyOf | undefined> {
  const row = await db
    .selectFrom('record')
    .select(['image', 'name'])
    .where('body', '=', digest)
    .orderBy('image')
    .executeTakeFirst();
  const manifestDigest = parseDigest(row?.image);
  return row === undefined
    ? undefined
    : { name: row.name, ...(manifestDigest === undefined ? {} : { manifestDigest }) };
}
