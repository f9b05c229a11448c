import { sql } from 'kysely';
import type { Store } from '../store.ts';

/** What ran of images in a time, and whose they are. */
export interface RanInTime {
  /** Containers that ran then, those that have ended too. */
  readonly ran: number;
  /** Of these, those that started then. */
  readonly started: number;
  readonly owners: readonly string[];
}

export async function ranSince(store: Store, images: readonly string[], since: Date): Promise<RanInTime> {
  const at = since.toISOString();
  const { rows } = await sql<RanInTime>`SELECT
      (SELECT count(*)::int FROM container WHERE image = ANY(${images}::text[])
        AND (until IS NULL OR until >= ${at}::timestamptz)) AS ran,
      (SELECT count(*)::int FROM container WHERE image = ANY(${images}::text[]) AND since >= ${at}::timestamptz) AS started,
      (SELECT coalesce(array_agg(DISTINCT owner ORDER BY owner), '{}') FROM image_fact
        WHERE image = ANY(${images}::text[]) AND owner IS NOT NULL) AS owners`.execute(store.db);
  return rows[0]!;
}

/** How long people would have had to wait for fixes. */
export interface FixWait {
  /** Findings that have a fix, and those that have none yet. */
  readonly fixed: number;
  readonly unfixed: number;
  /** Days between when a finding was first seen and when a fix was known, of those that have one: the one in the middle. */
  readonly medianDays: number | null;
}

/** Of findings, each `IMAGE FINDING`. */
export async function fixWait(
  store: Store,
  findings: readonly { readonly image: string; readonly finding: string }[],
): Promise<FixWait> {
  const { rows } = await sql<FixWait>`SELECT count(first_fixable)::int AS fixed,
      (count(*) FILTER (WHERE first_fixable IS NULL))::int AS unfixed,
      percentile_disc(0.5) WITHIN GROUP (ORDER BY round((extract(epoch FROM first_fixable - first_seen) / 86400)::numeric, 1)::float8)
        FILTER (WHERE first_fixable IS NOT NULL) AS "medianDays"
    FROM finding_life JOIN unnest(${findings.map(({ image }) => image)}::text[], ${findings.map(({ finding }) => finding)}::text[])
      AS given (image, finding) USING (image, finding)`.execute(store.db);
  return rows[0]!;
}
