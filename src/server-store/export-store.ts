import { bodiesOf, isUnreadable } from './bodies/bodies.ts';
import { allImages, getRecord } from './images/records.ts';
import type { Store } from './store.ts';

/** All that the store says, as JSON lines that other programs read: `{"kind": …}` first. Secrets and the ledger are not among it. */
export async function* exportStore(store: Store): AsyncGenerator<string> {
  for (const table of ['document', 'waiver', 'tag', 'host', 'container'] as const)
    for (const row of await store.db.selectFrom(table).selectAll().execute()) yield line(table, row);
  for await (const images of allImages(store))
    for (const image of images) {
      yield* recordOf(store, image);
      const verdicts = await store.db
        .selectFrom('verdict')
        .selectAll()
        .where('image', '=', image)
        .orderBy('id')
        .execute();
      for (const verdict of verdicts) yield line('verdict', verdict);
    }
}

/** A record that is lost is named all the same, with why. */
async function* recordOf(store: Store, image: string): AsyncGenerator<string> {
  try {
    const record = await getRecord(store, bodiesOf(store), image);
    if (record !== undefined) yield line('record', { record });
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    yield line('record', { image, unreadable: error.message });
  }
}

function line(kind: string, row: object): string {
  // A document or host has a kind of its own.
  const { kind: ofRow, ...rest } = row as { kind?: unknown };
  return `${JSON.stringify({ kind, ...(ofRow === undefined ? {} : { type: ofRow }), ...rest })}\n`;
}
