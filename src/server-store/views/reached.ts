import { type RawBuilder, sql } from 'kysely';
import type { Store } from '../store.ts';
import { isReached, type Reach, teamOf } from './images.ts';

/** An image that something reaches, and by what. */
export interface ReachedRow {
  readonly image: string;
  readonly name: string;
  readonly team: string | null;
  readonly owner: string | null;
  readonly baseName: string | null;
  readonly baseDigest: string | null;
  /** As `image_standing.worst_rank`. */
  readonly rank: number;
  readonly isBase: boolean;
  readonly running: number;
  readonly packages: readonly { readonly name: string; readonly version: string; readonly purl: string }[];
}

const columns = sql`record.image, record.name, ${teamOf} AS team, image_fact.owner, record.base_name AS "baseName",
  record.base_digest AS "baseDigest", worst_rank AS rank,
  (SELECT count(*)::int FROM container WHERE container.image = record.image AND container.until IS NULL) AS running`;

const condition = (reach: Reach) => (reach === undefined ? sql`true` : isReached(reach));

/** Images that stand on a base, by its name or one of its digests; the image itself, too, by its own. */
export async function imagesOnBase(
  store: Store,
  { names, digests }: { readonly names: readonly string[]; readonly digests: readonly string[] },
  reach: Reach,
): Promise<readonly ReachedRow[]> {
  const { rows } = await sql<ReachedRow>`
    SELECT ${columns}, true AS "isBase", '[]'::json AS packages
    FROM record JOIN image_standing ON image_standing.image = record.image LEFT JOIN image_fact ON image_fact.image = record.image
    WHERE (record.base_name = ANY(${[...names]}::text[]) OR record.base_digest = ANY(${[...digests]}::text[])
      OR record.image = ANY(${[...digests]}::text[])) AND ${condition(reach)}
    ORDER BY rank, record.name, record.image`.execute(store.db);
  return rows;
}

export interface SearchHit {
  readonly kind: 'images' | 'findings' | 'packages' | 'containers' | 'workloads' | 'people' | 'bases' | 'policies';
  readonly id: string;
  readonly name: string;
  readonly detail: string | null;
}

/** More images than these are not counted for a hit of a search. */
const mostCounted = 100;
const mostNamed = 40;

/**
 * Names of findings that begin so, however they are written: `cve-2025-1`, `2025-1`, `GHSA-…`. Each is looked for behind the one
 * before it, in the index: there may be millions of findings of a few thousand names.
 */
function findingsNamed(q: string): RawBuilder<unknown> {
  const cut = q.indexOf('-') + 1;
  const spellings = [q, q.toUpperCase(), q.slice(0, cut).toUpperCase() + q.slice(cut).toLowerCase(), `CVE-${q}`];
  return sql`WITH RECURSIVE begun AS (SELECT DISTINCT unnest(${spellings}::text[]) COLLATE "C" AS start),
    next AS (SELECT start, (SELECT name FROM finding_life WHERE gone_at IS NULL AND name >= start AND name < start || U&'\\FFFD' ORDER BY name LIMIT 1) AS name,
        1 AS n FROM begun
      UNION ALL SELECT start, (SELECT finding_life.name FROM finding_life
        WHERE gone_at IS NULL AND finding_life.name > next.name AND finding_life.name < start || U&'\\FFFD' ORDER BY finding_life.name LIMIT 1), n + 1
      FROM next WHERE next.name IS NOT NULL AND n < ${mostNamed})
    SELECT DISTINCT name FROM next WHERE name IS NOT NULL`;
}

/** Findings whose names begin so, a few, and how many images have each. */
export async function searchFindings({ db }: Store, q: string, reach: Reach): Promise<readonly SearchHit[]> {
  const { rows } = await sql<SearchHit>`
    SELECT 'findings' AS kind, named.name AS id, named.name, (SELECT CASE WHEN count(*) > ${mostCounted} THEN ${`over ${mostCounted}`} ELSE count(*)::text END
          FROM (SELECT DISTINCT finding_life.image FROM finding_life JOIN record ON record.image = finding_life.image
            LEFT JOIN image_fact ON image_fact.image = finding_life.image
            WHERE finding_life.name = named.name AND gone_at IS NULL AND ${condition(reach)} LIMIT ${mostCounted + 1}) AS counted) || ' images' AS detail
      FROM (${findingsNamed(q)}) AS named WHERE EXISTS (SELECT 1 FROM finding_life JOIN record ON record.image = finding_life.image
        LEFT JOIN image_fact ON image_fact.image = finding_life.image
        WHERE finding_life.name = named.name AND gone_at IS NULL AND ${condition(reach)}) ORDER BY named.name LIMIT 8`.execute(
    db,
  );
  return rows;
}

/** What is called so otherwise, a few of each kind. People only for those who may see them. */
export async function searchEverything(
  store: Store,
  { q, reach, withPeople }: { readonly q: string; readonly reach: Reach; readonly withPeople: boolean },
): Promise<readonly SearchHit[]> {
  const teams = reach === undefined ? null : [...reach];
  const part = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await sql<SearchHit>`
    (SELECT 'images' AS kind, record.image AS id, record.name, record.image AS detail FROM record
      LEFT JOIN image_fact ON image_fact.image = record.image
      WHERE (record.name ILIKE ${part} OR starts_with(record.image, ${q}) OR starts_with(record.image, 'sha256:' || ${q}))
        AND ${condition(reach)} ORDER BY record.name, record.image LIMIT 8)
    UNION ALL (SELECT 'packages', package.name, package.name, min(package.type) || ', ' || count(DISTINCT package.version) || CASE WHEN count(DISTINCT package.version) = 1 THEN ' version' ELSE ' versions' END
      FROM package WHERE package.name ILIKE ${part} AND EXISTS (SELECT 1 FROM package_use JOIN record ON record.image = package_use.image
        LEFT JOIN image_fact ON image_fact.image = record.image WHERE package_use.package = package.id AND ${condition(reach)})
      GROUP BY package.name ORDER BY package.name LIMIT 8)
    UNION ALL (SELECT 'containers', container.id, container.name, host.name FROM container JOIN host ON host.id = container.host
      WHERE until IS NULL AND (container.name ILIKE ${part} OR starts_with(container.id, ${q}))
        AND (${teams}::text[] IS NULL OR container.team = ANY(${teams}::text[])) ORDER BY container.name, container.id LIMIT 8)
    UNION ALL (SELECT 'workloads', workload.id::text, workload.name, host.name || ' ' || workload.namespace FROM workload
      JOIN host ON host.id = workload.host WHERE until IS NULL AND workload.name ILIKE ${part}
        AND (${teams}::text[] IS NULL OR workload.team = ANY(${teams}::text[])) ORDER BY workload.name, workload.id LIMIT 8)
    UNION ALL (SELECT 'people', id::text, display_name, name FROM person
      WHERE ${withPeople} AND (name ILIKE ${part} OR display_name ILIKE ${part}) ORDER BY name LIMIT 8)`.execute(
    store.db,
  );
  return rows;
}

/** Policies that are called so, a few. */
export async function searchPolicies({ db }: Store, q: string): Promise<readonly SearchHit[]> {
  const { rows } =
    await sql<SearchHit>`SELECT 'policies' AS kind, name AS id, name, 'version ' || max(version) AS detail
    FROM document WHERE kind = 'policy' AND position(lower(${q}) IN lower(name)) > 0
    GROUP BY name ORDER BY name LIMIT 8`.execute(db);
  return rows;
}
