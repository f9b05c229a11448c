import { sql } from 'kysely';
import type { VerdictResult } from '../../model/index.ts';
import { planKept } from '../connection/kept-plans.ts';
import type { Store } from '../store.ts';

/** Something that happened to an image. */
export interface ImageEvent {
  readonly at: string;
  readonly kind: 'verdict' | 'tag' | 'scan';
  readonly scope: string | null;
  readonly from: VerdictResult | null;
  readonly to: VerdictResult | null;
  readonly why: string | null;
  readonly reference: string | null;
}

/** Verdicts that turned, tags that moved, scans: newest first, at most 500. */
export async function imageHistory(store: Store, image: string): Promise<readonly ImageEvent[]> {
  const { rows } = await sql<ImageEvent>`
    SELECT * FROM (
      SELECT since AS at, 'verdict' AS kind, scope, lag(result) OVER (PARTITION BY scope ORDER BY id) AS "from", result AS "to",
        why, NULL AS reference
      FROM verdict WHERE image = ${image}) AS verdicts WHERE "from" IS DISTINCT FROM "to"
    UNION ALL SELECT since, 'tag', NULL, NULL, NULL, NULL, repository || ':' || tag FROM tag WHERE image = ${image}
    UNION ALL SELECT ended_at, 'scan', NULL, NULL, NULL, NULL, reference FROM scan_job WHERE image = ${image} AND state = 'done'
    ORDER BY at DESC LIMIT 500`.execute(store.db);
  return rows;
}

/** Every repository and tag that points or pointed to an image. */
export async function tagLives(
  store: Store,
  image: string,
): Promise<readonly { repository: string; tag: string; since: string; until: string | null }[]> {
  const { rows } = await sql<{ repository: string; tag: string; since: string; until: string | null }>`
    ${planKept}SELECT repository, tag, since, until FROM tag
      WHERE image = ${image} OR image IN (SELECT alias FROM image_alias WHERE image_alias.image = ${image})
      ORDER BY until IS NOT NULL, since DESC LIMIT 200`.execute(store.db);
  return rows;
}

/** Verdicts that turned lately, newest first. */
export interface TurnedRow {
  readonly image: string;
  readonly name: string;
  readonly scope: string;
  readonly from: VerdictResult;
  readonly to: VerdictResult;
  readonly at: string;
  readonly why: string | null;
  readonly environments: readonly string[];
  readonly running: number;
}

export async function turnedSince(
  store: Store,
  {
    since,
    reach,
    limit,
  }: { readonly since: Date; readonly reach: readonly string[] | undefined; readonly limit: number },
): Promise<readonly TurnedRow[]> {
  const { rows } = await sql<TurnedRow>`
    SELECT now.image, record.name, now.scope, now.turned_from AS "from", now.result AS "to", now.since AS at,
      now.why,
      ARRAY(SELECT DISTINCT environment FROM container WHERE container.image = now.image AND container.until IS NULL
        AND environment IS NOT NULL ORDER BY environment) AS environments,
      (SELECT count(*)::int FROM container WHERE container.image = now.image AND container.until IS NULL) AS running
    FROM verdict AS now
    JOIN record ON record.image = now.image LEFT JOIN image_fact ON image_fact.image = now.image
    WHERE now.turned_from IS NOT NULL AND now.since > ${since.toISOString()}::timestamptz
      AND (${reach === undefined ? null : [...reach]}::text[] IS NULL OR image_fact.team = ANY(${reach === undefined ? null : [...reach]}::text[]))
    ORDER BY now.since DESC, now.id DESC LIMIT ${limit}`.execute(store.db);
  return rows;
}
