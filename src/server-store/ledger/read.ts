import { type RawBuilder, sql } from 'kysely';
import { type LedgerEntry, originHash } from '../../ledger/index.ts';
import type { Store } from '../store.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import { ledgerId } from './ledger-id.ts';

/** An entry as it is kept. */
export interface KeptEntry {
  readonly sequence: number;
  /** The canonical JSON that was hashed. */
  readonly text: string;
  readonly hash: Buffer;
}

/** What the ledger is now. */
export interface LedgerState {
  readonly ledger: string;
  readonly size: number;
  /** Hex: what the next entry follows. */
  readonly lastHash: string;
}

export async function ledgerState(store: Store): Promise<LedgerState> {
  const ledger = await store.pool.use(ledgerId);
  const last = await store.db
    .selectFrom('ledger_entry')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { ledger, size: last?.sequence ?? 0, lastHash: last?.hash.toString('hex') ?? originHash(ledger) };
}

/** Entries in order, a thousand at a time: `after` is not among them, `until` is. */
export async function* readEntries(
  store: Store,
  { after, until }: { readonly after: number; readonly until: number },
): AsyncGenerator<readonly KeptEntry[]> {
  for (let last = after; last < until;) {
    const rows = await store.db
      .selectFrom('ledger_entry')
      .select(['sequence', 'body as text', 'hash'])
      .where('sequence', '>', last)
      .where('sequence', '<=', Math.min(until, last + 1000))
      .orderBy('sequence')
      .execute();
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1)!.sequence;
  }
}

/** Hex: hash of the entry with that sequence; of 0, what the first follows. */
export async function hashAt(store: Store, sequence: number): Promise<string | undefined> {
  if (sequence === 0) return originHash(await store.pool.use(ledgerId));
  const query = store.db.selectFrom('ledger_entry').select('hash').where('sequence', '=', sequence);
  return (await query.executeTakeFirst())?.hash.toString('hex');
}

/** How many entries were taken before that time. Sequences have no gaps and times never go back, so halving finds it. */
export async function countBefore(store: Store, time: Date): Promise<number> {
  let [below, above] = [0, (await ledgerState(store)).size + 1];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    const query = store.db.selectFrom('ledger_entry').select('taken_at').where('sequence', '=', middle);
    if (new Date((await query.executeTakeFirstOrThrow()).taken_at) < time) below = middle;
    else above = middle;
  }
  return below;
}

/** What entries are looked for; all that is named must hold. */
export interface LedgerFilter extends PageOptions {
  readonly sequence?: number;
  readonly actorKind?: 'human' | 'automation';
  readonly actorName?: string;
  /** An action, or with a dot at its end all that begin so: `policy.`. */
  readonly action?: string;
  readonly subjectKind?: string;
  readonly subjectName?: string;
  readonly since?: Date;
  readonly until?: Date;
  /** Only what is about these teams' images, containers, scans, waivers and sources, or was done by that actor. */
  readonly about?: { readonly teams: readonly string[]; readonly actor: string } | undefined;
}

/** Entries, newest first, with their hashes in hex. */
export async function findEntries(
  store: Store,
  filter: LedgerFilter,
): Promise<Page<{ readonly entry: LedgerEntry; readonly hash: string }>> {
  const size = pageSize(filter);
  let query = store.db.selectFrom('ledger_entry').select(['sequence', 'body', 'hash']);
  const { actorKind, actorName, action, subjectKind, subjectName, since, until, after } = filter;
  if (filter.sequence !== undefined) query = query.where('sequence', '=', filter.sequence);
  if (actorKind !== undefined) query = query.where('actor_kind', '=', actorKind);
  if (actorName !== undefined) query = query.where('actor_name', '=', actorName);
  if (action?.endsWith('.') === true)
    query = query.where('action', '>=', action).where('action', '<', `${action.slice(0, -1)}/`);
  else if (action !== undefined) query = query.where('action', '=', action);
  if (subjectKind !== undefined) query = query.where('subject_kind', '=', subjectKind);
  if (subjectName !== undefined) query = query.where('subject_name', '=', subjectName);
  if (since !== undefined) query = query.where('sequence', '>', await countBefore(store, since));
  if (until !== undefined) query = query.where('sequence', '<=', await countBefore(store, until));
  if (after !== undefined) query = query.where('sequence', '<', readCursor(after, ['number'])[0] as number);
  if (filter.about !== undefined) query = query.where(isAbout(filter.about));
  const rows = await query
    .orderBy('sequence', 'desc')
    .limit(size + 1)
    .execute();
  return pageOf(rows, size, {
    item: ({ body, hash }) => ({ entry: JSON.parse(body) as LedgerEntry, hash: hash.toString('hex') }),
    cursor: ({ sequence }) => [sequence],
  });
}

function isAbout({ teams, actor }: NonNullable<LedgerFilter['about']>): RawBuilder<boolean> {
  const theirs = sql`ANY(${[...teams]}::text[])`;
  return sql<boolean>`(actor_name = ${actor} OR CASE subject_kind
    WHEN 'image' THEN EXISTS (SELECT 1 FROM image_fact WHERE image_fact.image = subject_name AND image_fact.team = ${theirs})
      OR EXISTS (SELECT 1 FROM container WHERE container.image = subject_name AND container.until IS NULL AND container.team = ${theirs})
    WHEN 'container' THEN EXISTS (SELECT 1 FROM container WHERE container.id = subject_name AND container.team = ${theirs})
    WHEN 'reference' THEN EXISTS (SELECT 1 FROM scan_job WHERE scan_job.reference = subject_name AND scan_job.team = ${theirs})
    WHEN 'waiver' THEN EXISTS (SELECT 1 FROM waiver JOIN image_fact ON image_fact.image = waiver.image
      WHERE waiver.id = subject_name AND image_fact.team = ${theirs})
    WHEN 'source' THEN EXISTS (SELECT 1 FROM source WHERE source.name = subject_name AND source.team = ${theirs})
    ELSE false END)`;
}
