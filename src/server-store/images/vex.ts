import { type RawBuilder, sql } from 'kysely';
import { CodedError } from '../../model/index.ts';
import { plainText } from '../hostile-text.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';

/** A VEX document that somebody sent, without its text. */
export interface KeptVex {
  readonly id: string;
  /** Its file: a document of the same name, image and team takes the place of the one before. */
  readonly name: string;
  /** `sha256:…` of the text. */
  readonly digest: string;
  /** The one image for which it counts; null: every one that it names. */
  readonly image: string | null;
  /** The team for whose images alone it counts. */
  readonly team: string | null;
  readonly statements: number;
  readonly authors: readonly string[];
  readonly why: string;
  readonly sentBy: string;
  readonly sentAt: string;
}

export type NewVex = Omit<KeptVex, 'id' | 'sentAt'> & { readonly text: string; readonly now: Date };

/** What of the documents in force a judge asks for. */
export type VexInForceRow = Pick<KeptVex, 'id' | 'name' | 'image' | 'team'> & { readonly text: string };

const mostDocuments = 5000;
const mostBytes = 64 << 20;

/**
 * Keeps a document; one of the same name, image and team is taken away by it. The same once more changes nothing.
 * Called within a transaction: writers take turns until it ends. @throws CodedError `vex-full`
 */
export async function keepVex(
  store: Store,
  vex: NewVex,
): Promise<{ readonly kept: KeptVex; readonly isNew: boolean; readonly replaced?: KeptVex }> {
  await takeTurn(store);
  const before = await store.db
    .selectFrom('vex_document')
    .selectAll()
    .where('name', '=', vex.name)
    .where('image', 'is not distinct from', vex.image)
    .where('team', 'is not distinct from', vex.team)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (before?.digest === vex.digest) return { kept: vexOf(before), isNew: false };
  const change = await nextChange(store);
  const at = vex.now.toISOString();
  if (before !== undefined) await takeAway(store, { id: before.id, by: vex.sentBy, at, change });
  await refuseTooMuch(store, Buffer.byteLength(vex.text));
  const row = await store.db
    .insertInto('vex_document')
    .values({
      name: vex.name,
      digest: vex.digest,
      image: vex.image,
      team: vex.team,
      text: plainText(vex.text),
      statements: vex.statements,
      authors: vex.authors.map(plainText),
      why: plainText(vex.why),
      sent_by: vex.sentBy,
      sent_at: at,
      removed_by: null,
      removed_at: null,
      changed_in: change,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { kept: vexOf(row), isNew: true, ...(before === undefined ? {} : { replaced: vexOf(before) }) };
}

/** Takes a document away: from now on it counts no more. Within a transaction. Undefined where it is not in force. */
export async function removeVex(
  store: Store,
  { id, by, now }: { readonly id: string; readonly by: string; readonly now: Date },
): Promise<KeptVex | undefined> {
  await takeTurn(store);
  const found = await getVex(store, id);
  if (found === undefined) return undefined;
  await takeAway(store, { id, by, at: now.toISOString(), change: await nextChange(store) });
  return found;
}

/** One that is in force, with its text; undefined for one that is not for whoever asks, too. */
export async function getVex(
  store: Store,
  id: string,
  reach?: readonly string[],
): Promise<(KeptVex & { readonly text: string }) | undefined> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return undefined;
  const row = await store.db
    .selectFrom('vex_document')
    .selectAll()
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .where(isReached(reach))
    .executeTakeFirst();
  return row === undefined ? undefined : { ...vexOf(row), text: row.text };
}

/** Documents in force, the latest first; those of other teams than are reached are left out. */
export async function listVex(
  store: Store,
  options: PageOptions & { readonly reach: readonly string[] | undefined; readonly image?: string | undefined },
): Promise<Page<KeptVex>> {
  const size = pageSize(options);
  const { reach, image, after } = options;
  let query = store.db.selectFrom('vex_document').selectAll().where('removed_at', 'is', null).where(isReached(reach));
  if (image !== undefined) query = query.where(sql<boolean>`(image IS NULL OR image = ${image})`);
  if (after !== undefined) {
    const [at, id] = readCursor(after, ['string', 'string']);
    query = query.where(sql<boolean>`(sent_at, id::text) < (${at}::timestamptz, ${id})`);
  }
  const rows = await query
    .orderBy('sent_at', 'desc')
    .orderBy(sql`id::text`, 'desc')
    .limit(size + 1)
    .execute();
  return pageOf(rows, size, { item: vexOf, cursor: (row) => [row.sent_at, row.id] });
}

/** The number of the last change of any document; 0: there was none. */
export async function lastVexChange(store: Store): Promise<number> {
  const { rows } = await sql<{ last: number }>`SELECT coalesce(max(changed_in), 0) AS last FROM vex_document`.execute(
    store.db,
  );
  return rows[0]!.last;
}

/** All that count now, by id. */
export async function allVex(store: Store): Promise<readonly VexInForceRow[]> {
  return store.db
    .selectFrom('vex_document')
    .select(['id', 'name', 'image', 'team', 'text'])
    .where('removed_at', 'is', null)
    .orderBy('id')
    .execute();
}

/** What came or went after a change, taken away or not. */
export async function vexChangedSince(store: Store, change: number): Promise<readonly VexInForceRow[]> {
  return store.db
    .selectFrom('vex_document')
    .select(['id', 'name', 'image', 'team', 'text'])
    .where('changed_in', '>', change)
    .orderBy('id')
    .execute();
}

/**
 * Images that have one of these digests, names or packages: names with tag and without. Only those of a team, or one image, and of
 * these only those of teams that are reached.
 */
export async function imagesNamed(
  store: Store,
  named: {
    readonly digests: readonly string[];
    readonly names: readonly string[];
    readonly packages: readonly number[];
    readonly image: string | null;
    readonly team: string | null;
    readonly reach?: readonly string[] | undefined;
  },
): Promise<readonly { readonly image: string; readonly name: string }[]> {
  const { digests, names, packages, image, team, reach } = named;
  const { rows } = await sql<{ image: string; name: string }>`SELECT record.image, record.name FROM record
    LEFT JOIN image_fact ON image_fact.image = record.image
    WHERE (${image}::text IS NULL OR record.image = ${image}) AND (${team}::text IS NULL OR image_fact.team = ${team})
      AND (${reach === undefined} OR image_fact.team = ANY(${[...(reach ?? [])]}::text[]))
      AND (record.image = ANY(${[...digests]}::text[])
        OR EXISTS (SELECT 1 FROM image_alias WHERE image_alias.image = record.image AND alias = ANY(${[...digests]}::text[]))
        OR record.name = ANY(${[...names]}::text[])
        OR split_part(record.name, '@', 1) = ANY(${[...names]}::text[])
        OR regexp_replace(split_part(record.name, '@', 1), ':[^/:]*$', '') = ANY(${[...names]}::text[])
        OR EXISTS (SELECT 1 FROM package_use WHERE package_use.image = record.image AND package = ANY(${[...packages]}::bigint[])))
    ORDER BY record.image`.execute(store.db);
  return rows;
}

/** What counts for everybody is for everybody to read; what is about a team's images is that team's. */
function isReached(reach: readonly string[] | undefined): RawBuilder<boolean> {
  if (reach === undefined) return sql<boolean>`true`;
  return sql<boolean>`(team = ANY(${[...reach]}::text[]) OR team IS NULL AND (image IS NULL OR EXISTS (SELECT 1 FROM image_fact
    WHERE image_fact.image = vex_document.image AND image_fact.team = ANY(${[...reach]}::text[]))))`;
}

async function takeTurn(store: Store): Promise<void> {
  await sql`LOCK TABLE vex_document IN SHARE ROW EXCLUSIVE MODE`.execute(store.db);
}

async function nextChange(store: Store): Promise<number> {
  return (await lastVexChange(store)) + 1;
}

async function takeAway(
  store: Store,
  { id, by, at, change }: { readonly id: string; readonly by: string; readonly at: string; readonly change: number },
): Promise<void> {
  await store.db
    .updateTable('vex_document')
    .set({ removed_by: by, removed_at: at, changed_in: change })
    .where('id', '=', id)
    .execute();
}

/** Every document is read whenever a process begins to judge. */
async function refuseTooMuch(store: Store, more: number): Promise<void> {
  const { rows } = await sql<{ n: number; bytes: number }>`SELECT count(*) AS n,
    coalesce(sum(octet_length(text)), 0)::bigint AS bytes FROM vex_document WHERE removed_at IS NULL`.execute(store.db);
  const { n, bytes } = rows[0]!;
  if (n < mostDocuments && bytes + more <= mostBytes) return;
  throw new CodedError(
    'vex-full',
    `${n} VEX documents of ${Math.ceil(bytes / (1 << 20))} MiB are kept: more than ${mostDocuments} or ${mostBytes >> 20} MiB are not`,
    { hint: 'remove what no longer counts: plimsoll vex list, plimsoll vex remove' },
  );
}

function vexOf(row: {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly image: string | null;
  readonly team: string | null;
  readonly statements: number;
  readonly authors: readonly string[];
  readonly why: string;
  readonly sent_by: string;
  readonly sent_at: string;
}): KeptVex {
  const { id, name, digest, image, team, statements, authors, why } = row;
  return { ...{ id, name, digest, image, team, statements, authors, why }, sentBy: row.sent_by, sentAt: row.sent_at };
}
