import { type RawBuilder, sql } from 'kysely';
import type { Finding, Severity } from '../../model/index.ts';
import type { Store } from '../store.ts';
import { isReached, type Reach } from './images.ts';

export interface FixQuery {
  readonly reach: Reach;
  readonly kind: Finding['kind'];
  /** Findings count as fixed that went within this time; the end is not part of it. */
  readonly since: Date;
  readonly until: Date;
  readonly team?: string | undefined;
  readonly severity?: Severity | undefined;
}

/** Days, one decimal: of how many, the one in the middle, and the one that nine of ten do not exceed. */
export interface DaysOf {
  readonly count: number;
  readonly medianDays: number | null;
  readonly p90Days: number | null;
}

/** How long findings of a team and severity lasted. */
export interface FixTimes {
  /** null: of images without one, or of all (`isTotal`). */
  readonly team: string | null;
  /** null: of all. */
  readonly severity: Severity | null;
  readonly isTotal: boolean;
  /** Those that went within the time: from when they were first seen, and of those that had a fix from when it was known. */
  readonly fromFirstSeen: DaysOf;
  readonly fromFirstFixable: DaysOf;
  /** Those that were there at its end, waived ones aside: how long they had been. */
  readonly open: DaysOf & { readonly oldestDays: number | null };
  readonly openFixable: number;
  readonly waived: number;
}

/**
 * How long it took to be rid of findings. A finding is one of a repository: an advisory on a package in any of its images, from when
 * the first of them was seen to have it until the last that has it is out of use: says so no more, or is named by no tag and run by
 * no container. An image that neither a tag nor a container ever named is in use.
 */
export async function timeToFix(store: Store, query: FixQuery): Promise<readonly FixTimes[]> {
  const { reach, kind, since, until, team, severity } = query;
  const [from, to] = [since.toISOString(), until.toISOString()];
  const conditions: RawBuilder<unknown>[] = [sql`finding_life.kind = ${kind}`, sql`first_seen < ${to}::timestamptz`];
  if (reach !== undefined) conditions.push(isReached(reach));
  if (team !== undefined) conditions.push(sql`image_fact.team = ${team}`);
  const { rows } = await sql<FlatTimes>`WITH used AS (
      SELECT image, CASE WHEN bool_or(until IS NULL) THEN NULL ELSE max(until) END AS ended FROM (
        SELECT image, until FROM tag UNION ALL SELECT image, until FROM container WHERE image IS NOT NULL) AS use GROUP BY image
    ), life AS (
      SELECT regexp_replace(split_part(record.name, '@', 1), ':[^:/]*$', '') AS repository, finding_life.name, package, image_fact.team,
        array_position(${severities}::text[], severity) AS rank, first_seen, first_fixable, waived_since, least(gone_at, used.ended) AS ended
      FROM finding_life JOIN record ON record.image = finding_life.image
      LEFT JOIN image_fact ON image_fact.image = finding_life.image LEFT JOIN used ON used.image = finding_life.image
      WHERE ${sql.join(conditions, sql` AND `)}
    ), subject AS (
      SELECT team, (${severities}::text[])[min(rank)] AS severity, min(first_seen) AS seen, min(first_fixable) AS fixable,
        coalesce(bool_or(waived_since IS NOT NULL) FILTER (WHERE ended IS NULL), false) AS waived,
        CASE WHEN bool_or(ended IS NULL OR ended >= ${to}::timestamptz) THEN NULL ELSE max(ended) END AS ended
      FROM life GROUP BY team, repository, name, package
    ), told AS (
      SELECT team, severity, waived AND ended IS NULL AS waived, ended >= ${from}::timestamptz AS went,
        ended IS NULL AND NOT waived AS open, fixable IS NOT NULL AS fixable,
        ${days(sql`ended - seen`)} AS from_seen, ${days(sql`ended - greatest(seen, fixable)`)} AS from_fixable,
        ${days(sql`${to}::timestamptz - seen`)} AS age
      FROM subject WHERE (ended IS NULL OR ended >= ${from}::timestamptz) AND ${severity === undefined ? sql`true` : sql`severity = ${severity}`}
    )
    SELECT team, severity, grouping(team) = 1 AS "isTotal",
      ${stats(sql`from_seen`, sql`went`, 'seen')}, ${stats(sql`from_fixable`, sql`went AND fixable`, 'fixable')},
      ${stats(sql`age`, sql`open`, 'open')}, max(age) FILTER (WHERE open) AS "openOldest",
      (count(*) FILTER (WHERE open AND fixable))::int AS "openFixable", (count(*) FILTER (WHERE waived))::int AS waived
    FROM told GROUP BY GROUPING SETS ((team, severity), (severity), ())
    ORDER BY grouping(team), team NULLS LAST, grouping(severity), array_position(${severities}::text[], severity)`.execute(
    store.db,
  );
  return rows.map(timesOf);
}

const severities = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] satisfies readonly Severity[];

interface FlatTimes extends Pick<FixTimes, 'team' | 'severity' | 'isTotal' | 'openFixable' | 'waived'> {
  readonly seenCount: number;
  readonly seenMedian: number | null;
  readonly seenP90: number | null;
  readonly fixableCount: number;
  readonly fixableMedian: number | null;
  readonly fixableP90: number | null;
  readonly openCount: number;
  readonly openMedian: number | null;
  readonly openP90: number | null;
  readonly openOldest: number | null;
}

function days(interval: RawBuilder<unknown>): RawBuilder<number> {
  return sql`round((extract(epoch FROM ${interval}) / 86400)::numeric, 1)::float8`;
}

function stats(value: RawBuilder<unknown>, which: RawBuilder<unknown>, name: string): RawBuilder<unknown> {
  const percentile = (part: number, as: string): RawBuilder<unknown> =>
    sql`percentile_disc(${sql.lit(part)}) WITHIN GROUP (ORDER BY ${value}) FILTER (WHERE ${which}) AS ${sql.ref(`${name}${as}`)}`;
  return sql`(count(*) FILTER (WHERE ${which}))::int AS ${sql.ref(`${name}Count`)}, ${percentile(0.5, 'Median')}, ${percentile(0.9, 'P90')}`;
}

function timesOf(row: FlatTimes): FixTimes {
  const { team, severity, isTotal, openFixable, waived } = row;
  return {
    team,
    severity,
    isTotal,
    fromFirstSeen: { count: row.seenCount, medianDays: row.seenMedian, p90Days: row.seenP90 },
    fromFirstFixable: { count: row.fixableCount, medianDays: row.fixableMedian, p90Days: row.fixableP90 },
    open: { count: row.openCount, medianDays: row.openMedian, p90Days: row.openP90, oldestDays: row.openOldest },
    openFixable,
    waived,
  };
}
