import { sql } from 'kysely';
import { bodiesOf, isUnreadable } from './bodies/bodies.ts';
import { allImages, getRecord } from './images/records.ts';
import { unpackVerdict } from './images/verdict-rows.ts';
import type { Store } from './store.ts';

/** What is little enough to be read at once. */
const whole = [
  ['document', 'document'],
  ['vex', 'vex_document'],
  ['waiver', 'waiver'],
  ['tag', 'tag'],
  ['host', 'host'],
  ['workload', 'workload'],
  ['container', 'container'],
] as const;

/** All that the store says, as JSON lines that other programs read: `{"kind": …}` first. Secrets and the ledger are not among it. */
export async function* exportStore(store: Store): AsyncGenerator<string> {
  for (const [kind, table] of whole)
    for (const row of await store.db.selectFrom(table).selectAll().execute()) yield line(kind, row);
  for await (const images of allImages(store))
    for (const image of images) {
      yield* recordOf(store, image);
      const verdicts = await store.db
        .selectFrom('verdict')
        .selectAll()
        .where('image', '=', image)
        .orderBy('id')
        .execute();
      for (const { body, ...verdict } of verdicts) yield line('verdict', { ...verdict, body: unpackVerdict(body) });
      yield* livesOf(store, image);
    }
}

/** When its findings were first seen, could first be mended, were waived, went, and came back. */
async function* livesOf(store: Store, image: string): AsyncGenerator<string> {
  for (const [kind, table, order] of [
    ['finding', 'finding_life', 'finding'],
    ['finding-past', 'finding_past', 'since'],
  ] as const) {
    const rows = await store.db.selectFrom(table).selectAll().where('image', '=', image).orderBy(order).execute();
    for (const row of rows) yield line(kind, row);
  }
}

/** A record that is lost is named all the same, with why. */
async function* recordOf(store: Store, image: string): AsyncGenerator<string> {
  try {
    const record = await getRecord(store, bodiesOf(store), image);
    if (record !== undefined) yield line('record', { ...(await nameAndTeam(store, image)), record });
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    yield line('record', { image, unreadable: error.message });
  }
}

async function nameAndTeam(store: Store, image: string): Promise<object> {
  const { rows } = await sql<object>`SELECT record.name, image_fact.team, record.kept_at FROM record
    LEFT JOIN image_fact ON image_fact.image = record.image WHERE record.image = ${image}`.execute(store.db);
  return rows[0] ?? {};
}

function line(kind: string, row: object): string {
  // A document, a host, a workload, a finding has a kind of its own.
  const { kind: ofRow, ...rest } = row as { kind?: unknown };
  return `${JSON.stringify({ kind, ...(ofRow === undefined ? {} : { type: ofRow }), ...rest })}\n`;
}
