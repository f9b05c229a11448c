import { sql } from 'kysely';
import { CodedError } from '../../model/index.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';

export type WaiverState = 'requested' | 'approved' | 'refused' | 'withdrawn';

/** A waiver, or what somebody asks to become one. */
export interface KeptWaiver {
  readonly id: string;
  readonly state: WaiverState;
  /** The waiver as policies hold it, YAML. */
  readonly text: string;
  readonly owner: string;
  readonly reason: string;
  readonly expiresAt: string | null;
  /** What it was asked for; null where its text alone says where it holds. */
  readonly image: string | null;
  readonly finding: string | null;
  readonly requestedBy: string;
  /** The person who asked, or whose token did; null for certificates. */
  readonly requestedPerson: string | null;
  readonly requestedAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decision: string | null;
}

export type WaiverRequest = Pick<KeptWaiver, 'id' | 'text' | 'owner' | 'reason' | 'requestedBy'> & {
  readonly requestedPerson?: string | undefined;
  readonly expiresAt?: Date;
  readonly image?: string;
  readonly finding?: string;
  readonly now: Date;
};

/** Asks for a waiver. @throws CodedError `waiver-known` where there is one of that id. */
export async function requestWaiver(store: Store, request: WaiverRequest): Promise<void> {
  const { id, text, owner, reason, requestedBy, requestedPerson, expiresAt, image, finding, now } = request;
  const added = await store.db
    .insertInto('waiver')
    .values({
      id,
      state: 'requested',
      text,
      owner,
      reason,
      expires_at: expiresAt?.toISOString() ?? null,
      image: image ?? null,
      finding: finding ?? null,
      requested_by: requestedBy,
      requested_person: requestedPerson ?? null,
      requested_at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added === undefined) throw new CodedError('waiver-known', `there is a waiver ${id} already`);
}

/**
 * Decides on one: what was requested is approved or refused, what was requested or approved is withdrawn.
 * @throws CodedError `waiver-decided` where it is not in a state that allows it: somebody else was first.
 */
export async function decideWaiver(
  store: Store,
  {
    id,
    state,
    by,
    why,
    now,
  }: {
    readonly id: string;
    readonly state: Exclude<WaiverState, 'requested'>;
    readonly by: string;
    readonly why: string;
    readonly now: Date;
  },
): Promise<void> {
  const changed = await store.db
    .updateTable('waiver')
    .set({ state, decided_by: by, decided_at: now.toISOString(), decision: why })
    .where('id', '=', id)
    .where('state', 'in', state === 'withdrawn' ? ['requested', 'approved'] : ['requested'])
    .returning('id')
    .executeTakeFirst();
  if (changed === undefined)
    throw new CodedError('waiver-decided', `the waiver ${id} can't be ${state}: there is none that waits for that`);
}

/** Waivers in a state, the latest request first. */
export async function listWaivers(
  store: Store,
  options: PageOptions & { readonly state: WaiverState },
): Promise<Page<KeptWaiver>> {
  const size = pageSize(options);
  let query = store.db.selectFrom('waiver').selectAll().where('state', '=', options.state);
  if (options.after !== undefined) {
    const [at, id] = readCursor(options.after, ['string', 'string']);
    query = query.where(
      sql<boolean>`(requested_at < ${at}::timestamptz OR (requested_at = ${at}::timestamptz AND id > ${id}))`,
    );
  }
  const rows = await query
    .orderBy('requested_at', 'desc')
    .orderBy('id')
    .limit(size + 1)
    .execute();
  return pageOf(rows, size, { item: waiverOf, cursor: (row) => [row.requested_at, row.id] });
}

/** Waivers that hold at a time, by id: what a judge is given. */
export async function waiversInForce(store: Store, now: Date): Promise<readonly KeptWaiver[]> {
  const rows = await store.db
    .selectFrom('waiver')
    .selectAll()
    .where('state', '=', 'approved')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now.toISOString())]))
    .orderBy('id')
    .execute();
  return rows.map(waiverOf);
}

function waiverOf(row: {
  readonly id: string;
  readonly state: WaiverState;
  readonly text: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires_at: string | null;
  readonly image: string | null;
  readonly finding: string | null;
  readonly requested_by: string;
  readonly requested_person: string | null;
  readonly requested_at: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly decision: string | null;
}): KeptWaiver {
  const { id, state, text, owner, reason, image, finding, decision } = row;
  return {
    id,
    state,
    text,
    owner,
    reason,
    expiresAt: row.expires_at,
    image,
    finding,
    requestedBy: row.requested_by,
    requestedPerson: row.requested_person,
    requestedAt: row.requested_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    decision,
  };
}
