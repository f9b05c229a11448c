import { sql } from 'kysely';
import type { Store } from '../store.ts';
import { type Reach, teamOf } from './images.ts';

type AnyResult = 'pass' | 'fail' | 'cannot-tell' | 'unknown';

/** What runs in an environment. */
export interface EnvironmentRow {
  readonly name: string;
  readonly hosts: number;
  readonly containers: Readonly<Partial<Record<AnyResult, number>>>;
  readonly workloads: Readonly<Partial<Record<AnyResult, number>>>;
}

/** A finding that could be mended and is not. */
export interface OldestRow {
  readonly owner: string;
  readonly layer: 'base' | 'app';
  readonly finding: string;
  readonly severity: string;
  readonly firstSeen: string;
  readonly firstFixable: string | null;
  readonly images: number;
  readonly running: number;
}

export interface FleetCounts {
  /** Of the images that run: those with a record, and those without. */
  readonly images: { readonly known: number; readonly unknown: number };
  readonly totals: { readonly images: number; readonly containers: number; readonly policies: number };
}

const teams = (reach: Reach): string[] | null => (reach === undefined ? null : [...reach]);

/** What runs, in each environment, by verdict. */
export async function runningByEnvironment(
  store: Store,
  { environment, reach }: { readonly environment?: string | undefined; readonly reach: Reach },
): Promise<readonly EnvironmentRow[]> {
  const word = sql`CASE min(rank) WHEN 0 THEN 'fail' WHEN 1 THEN 'cannot-tell' WHEN 3 THEN 'pass' ELSE 'unknown' END`;
  const { rows } = await sql<EnvironmentRow>`
    WITH running AS (SELECT coalesce(container.environment, '') AS environment, container.host, container.id, container.workload,
        coalesce(worst_rank, 2) AS rank
      FROM container LEFT JOIN image_standing ON image_standing.image = container.image
      WHERE container.until IS NULL AND (${environment ?? null}::text IS NULL OR coalesce(container.environment, '') = ${environment ?? null})
        AND (${teams(reach)}::text[] IS NULL OR container.team = ANY(${teams(reach)}::text[]))),
    by_container AS (SELECT environment, ${word} AS result, count(*) AS n FROM (SELECT environment, rank FROM running) AS each GROUP BY environment, rank),
    by_workload AS (SELECT environment, result, count(*) AS n FROM (
      SELECT environment, workload, ${word} AS result FROM running WHERE workload IS NOT NULL GROUP BY environment, workload) AS each
      GROUP BY environment, result)
    SELECT environment AS name, count(DISTINCT host)::int AS hosts,
      (SELECT json_object_agg(result, n) FROM by_container WHERE by_container.environment = running.environment) AS containers,
      coalesce((SELECT json_object_agg(result, n) FROM by_workload WHERE by_workload.environment = running.environment), '{}') AS workloads
    FROM running GROUP BY environment ORDER BY environment`.execute(store.db);
  return rows;
}

/** Findings that could be mended and are not, gravest kinds alone, the longest first: one for each owner and finding. */
export async function oldestOpen(store: Store, reach: Reach): Promise<readonly OldestRow[]> {
  const { rows } = await sql<OldestRow>`
    WITH open AS (SELECT coalesce(CASE WHEN finding_life.owner = 'base' THEN record.base_name ELSE coalesce(${teamOf}, image_fact.owner) END,
          CASE WHEN finding_life.owner = 'base' THEN 'base images' ELSE 'nobody named' END) AS owner,
        finding_life.owner AS layer, finding_life.name AS finding, finding_life.severity, finding_life.first_seen,
        finding_life.first_fixable, finding_life.image
      FROM finding_life JOIN record ON record.image = finding_life.image LEFT JOIN image_fact ON image_fact.image = finding_life.image
      WHERE gone_at IS NULL AND waived_since IS NULL AND severity IN ('critical', 'high')
        AND (kind <> 'vulnerability' OR first_fixable IS NOT NULL)
        AND (${teams(reach)}::text[] IS NULL OR image_fact.team = ANY(${teams(reach)}::text[]))
      ORDER BY first_seen LIMIT 5000)
    SELECT owner, layer, finding, min(severity) AS severity, min(first_seen) AS "firstSeen", min(first_fixable) AS "firstFixable",
      count(DISTINCT open.image)::int AS images,
      (SELECT count(*)::int FROM container WHERE until IS NULL AND container.image = ANY(array_agg(open.image))) AS running
    FROM open GROUP BY owner, layer, finding ORDER BY min(first_seen), finding LIMIT 50`.execute(store.db);
  return rows;
}

/** How many images, containers and policies there are, and of how many running images nothing is known. */
export async function countFleet(store: Store, reach: Reach): Promise<FleetCounts> {
  const { rows } = await sql<{
    known: number;
    unknown: number;
    images: number;
    containers: number;
    policies: number;
  }>`SELECT
      (SELECT count(DISTINCT container.image)::int FROM container JOIN record ON record.image = container.image WHERE until IS NULL
        AND (${teams(reach)}::text[] IS NULL OR container.team = ANY(${teams(reach)}::text[]))) AS known,
      (SELECT count(DISTINCT coalesce(container.image, image_name))::int FROM container
        WHERE until IS NULL AND NOT EXISTS (SELECT 1 FROM record WHERE record.image = container.image)
        AND (${teams(reach)}::text[] IS NULL OR container.team = ANY(${teams(reach)}::text[]))) AS unknown,
      (SELECT count(*)::int FROM record LEFT JOIN image_fact ON image_fact.image = record.image
        WHERE ${teams(reach)}::text[] IS NULL OR image_fact.team = ANY(${teams(reach)}::text[])) AS images,
      (SELECT count(*)::int FROM container WHERE until IS NULL
        AND (${teams(reach)}::text[] IS NULL OR team = ANY(${teams(reach)}::text[]))) AS containers,
      (SELECT count(DISTINCT name)::int FROM document WHERE kind = 'policy' AND written_by <> 'plimsoll') AS policies`.execute(
    store.db,
  );
  const { known, unknown, ...totals } = rows[0]!;
  return { images: { known, unknown }, totals };
}

/** Names of the hosts on which something of these teams runs. */
export async function hostsOfTeams(store: Store, of: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{
    name: string;
  }>`SELECT DISTINCT host.name FROM host JOIN container ON container.host = host.id
    WHERE container.until IS NULL AND container.team = ANY(${[...of]}::text[])`.execute(store.db);
  return new Set(rows.map(({ name }) => name));
}

export interface TrendRow {
  readonly day: string;
  readonly counts: Readonly<Partial<Record<AnyResult, number>>>;
}

/** What ran at the end of each of so many days, the last of which is that many before today (default 0), by what its image was judged to be then: joined, since images by days are many. */
export async function readTrend(
  store: Store,
  { days, before = 0, reach }: { readonly days: number; readonly before?: number; readonly reach: Reach },
): Promise<readonly TrendRow[]> {
  const { rows } = await sql<TrendRow>`
    WITH day AS (SELECT day, least(day + interval '1 day', clock_timestamp()) AS moment
      FROM generate_series(date_trunc('day', clock_timestamp()) - make_interval(days => ${days - 1 + before}),
        clock_timestamp() - make_interval(days => ${before}), '1 day') AS day),
    ran AS (SELECT day.day, day.moment, container.image, count(*) AS n FROM day
      JOIN container ON container.since <= day.moment AND (container.until IS NULL OR container.until > day.moment)
        AND (${teams(reach)}::text[] IS NULL OR container.team = ANY(${teams(reach)}::text[]))
      GROUP BY day.day, day.moment, container.image),
    judged AS (SELECT ran.day, ran.n, coalesce(CASE min(CASE result WHEN 'fail' THEN 0 WHEN 'cannot-tell' THEN 1 WHEN 'pass' THEN 3 END)
        WHEN 0 THEN 'fail' WHEN 1 THEN 'cannot-tell' WHEN 3 THEN 'pass' END, 'unknown') AS result
      FROM ran LEFT JOIN verdict ON verdict.image = ran.image AND verdict.since <= ran.moment
        AND (verdict.until IS NULL OR verdict.until > ran.moment)
      GROUP BY ran.day, ran.image, ran.n),
    counted AS (SELECT day, result, sum(n) AS n FROM judged GROUP BY day, result)
    SELECT to_char(day.day, 'YYYY-MM-DD') AS day,
      coalesce((SELECT json_object_agg(result, n) FROM counted WHERE counted.day = day.day), '{}') AS counts
    FROM day ORDER BY day.day`.execute(store.db);
  return rows;
}
