import { sql } from 'kysely';
import type { KeptWaiver } from '../images/waivers.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';
import type { Reach } from './images.ts';

export type WaiverRow = KeptWaiver & {
  readonly covers: number;
  readonly isExpired: boolean;
  /** Of the image that it was asked for. */
  readonly imageName: string | null;
  /** Of that image. */
  readonly team: string | null;
};

/** Waivers in any state, the latest request first, with how many verdicts each changes. */
export async function allWaivers(
  store: Store,
  query: PageOptions & {
    readonly reach: Reach;
    readonly state?: string | undefined;
    readonly image?: string | undefined;
    readonly id?: string | undefined;
  },
): Promise<Page<WaiverRow>> {
  const size = pageSize(query);
  const { reach, state, image, id } = query;
  const expired = sql`(state = 'approved' AND expires_at IS NOT NULL AND expires_at <= clock_timestamp())`;
  const conditions = [sql`true`];
  if (id !== undefined) conditions.push(sql`waiver.id = ${id}`);
  if (image !== undefined) conditions.push(sql`waiver.image = ${image}`);
  if (state === 'expired') conditions.push(expired);
  else if (state === 'approved') conditions.push(sql`state = 'approved' AND NOT ${expired}`);
  else if (state !== undefined) conditions.push(sql`state = ${state}`);
  if (reach !== undefined)
    conditions.push(
      sql`EXISTS (SELECT 1 FROM image_fact WHERE image_fact.image = waiver.image AND image_fact.team = ANY(${[...reach]}::text[]))`,
    );
  if (query.after !== undefined) {
    const [at, after] = readCursor(query.after, ['string', 'string']);
    conditions.push(
      sql`(requested_at < ${at}::timestamptz OR (requested_at = ${at}::timestamptz AND waiver.id > ${after}))`,
    );
  }
  const { rows } =
    await sql<WaiverRow>`SELECT id, state, text, owner, reason, expires_at AS "expiresAt", image, finding,
      requested_by AS "requestedBy", requested_person AS "requestedPerson", requested_at AS "requestedAt", decided_by AS "decidedBy", decided_at AS "decidedAt", decision,
      ${expired} AS "isExpired",
      (SELECT name FROM record WHERE record.image = waiver.image) AS "imageName",
      (SELECT team FROM image_fact WHERE image_fact.image = waiver.image) AS team,
      CASE WHEN state = 'approved' THEN (SELECT count(*)::int FROM verdict WHERE until IS NULL
        AND waivers IS NOT NULL AND waivers @> ARRAY[waiver.id])
        ELSE 0 END AS covers
    FROM waiver WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY requested_at DESC, waiver.id LIMIT ${size + 1}`.execute(store.db);
  return pageOf(rows, size, { item: (row) => row, cursor: (row) => [row.requestedAt, row.id] });
}
