import { type RawBuilder, sql } from 'kysely';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';
import type { Reach } from './images.ts';

type AnyResult = 'pass' | 'fail' | 'cannot-tell' | 'unknown';

/** A container that runs or ran, and what its image tells of it. */
export interface ContainerRow {
  readonly hostId: number;
  readonly host: string;
  readonly hostKind: 'docker' | 'kubernetes' | 'containerd';
  readonly id: string;
  readonly name: string;
  readonly workload: {
    readonly id: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace: string;
  } | null;
  readonly image: string | null;
  readonly imageName: string;
  /** The worst of its image's verdicts; `unknown` where the image has no record or was never judged. */
  readonly verdict: AnyResult;
  readonly environment: string | null;
  readonly team: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly configuration: unknown;
  readonly since: string;
  readonly until: string | null;
  readonly lastSeen: string;
  /** Its host has not been heard from for longer than it should: it may run no longer. */
  readonly silent: boolean;
}

export interface ContainerQuery extends PageOptions {
  /** Default: all teams. */
  readonly reach?: Reach;
  readonly environment?: string | undefined;
  readonly team?: string | undefined;
  /** By name. */
  readonly host?: string | undefined;
  readonly image?: string | undefined;
  readonly workload?: string | undefined;
  readonly verdict?: AnyResult | undefined;
  /** Its image has this finding now, by the finding's name: `CVE-2014-6271`. */
  readonly finding?: string | undefined;
  readonly q?: string | undefined;
  /** Only those that run now; default true. */
  readonly running?: boolean;
  /** By which clock hosts are silent. */
  readonly now?: Date;
}

/** What a container's image was judged to be, in the worst of its scopes. */
const verdictOf = sql<AnyResult>`coalesce((SELECT CASE worst_rank WHEN 0 THEN 'fail' WHEN 1 THEN 'cannot-tell' WHEN 3 THEN 'pass' END
  FROM image_standing WHERE image_standing.image = container.image), 'unknown')`;

/** Containers, the latest first. What is found in an image shows on each that runs from it. */
export async function listContainers(store: Store, query: ContainerQuery): Promise<Page<ContainerRow>> {
  const size = pageSize(query);
  const now = (query.now ?? new Date()).toISOString();
  const { rows } = await sql<ContainerRow>`
    WITH container AS MATERIALIZED (SELECT container.* FROM container JOIN host ON host.id = container.host
      WHERE ${sql.join(conditionsOf(query), sql` AND `)}
      ORDER BY container.since DESC, container.host, container.id LIMIT ${size + 1})
    SELECT container.host AS "hostId", host.name AS host, host.kind AS "hostKind", container.id, container.name,
      CASE WHEN workload.id IS NULL THEN NULL ELSE json_build_object('id', workload.id::text, 'kind', workload.kind,
        'name', workload.name, 'namespace', workload.namespace) END AS workload,
      container.image, image_name AS "imageName", ${verdictOf} AS verdict, container.environment, container.team, container.labels,
      container.configuration, container.since, container.until,
      CASE WHEN container.until IS NULL THEN greatest(container.last_seen, host.last_seen) ELSE container.last_seen END AS "lastSeen",
      container.until IS NULL AND host.last_seen + make_interval(secs => host.period_seconds) < ${now}::timestamptz AS silent
    FROM container JOIN host ON host.id = container.host LEFT JOIN workload ON workload.id = container.workload
    ORDER BY container.since DESC, container.host, container.id`.execute(store.db);
  return pageOf(rows, size, { item: (row) => row, cursor: ({ since, hostId, id }) => [since, hostId, id] });
}

function conditionsOf(query: ContainerQuery): readonly RawBuilder<unknown>[] {
  const { reach, environment, team, host, image, workload, verdict, finding, q, after } = query;
  const conditions: RawBuilder<unknown>[] = [sql`true`];
  if (query.running !== false) conditions.push(sql`container.until IS NULL`);
  if (reach !== undefined) conditions.push(sql`container.team = ANY(${[...reach]}::text[])`);
  if (environment !== undefined) conditions.push(sql`coalesce(container.environment, '') = ${environment}`);
  if (team !== undefined) conditions.push(sql`container.team = ${team}`);
  if (host !== undefined) conditions.push(sql`host.name = ${host}`);
  if (image !== undefined) conditions.push(sql`container.image = ${image}`);
  if (workload !== undefined) conditions.push(sql`container.workload::text = ${workload}`);
  if (verdict !== undefined) conditions.push(sql`${verdictOf} = ${verdict}`);
  if (finding !== undefined)
    conditions.push(
      sql`container.image IN (SELECT image FROM finding_life WHERE name = ${finding} AND gone_at IS NULL)`,
    );
  if (q !== undefined)
    conditions.push(sql`(position(lower(${q}) in lower(container.name)) > 0 OR starts_with(container.id, ${q})
      OR position(lower(${q}) in lower(container.image_name)) > 0)`);
  if (after !== undefined) {
    const [since, hostId, id] = readCursor(after, ['string', 'number', 'string']);
    conditions.push(sql`(container.since < ${since}::timestamptz OR (container.since = ${since}::timestamptz
      AND (container.host, container.id) > (${hostId}::bigint, ${id})))`);
  }
  return conditions;
}

export interface WorkloadRow {
  readonly id: string;
  readonly host: string;
  readonly hostKind: 'docker' | 'kubernetes' | 'containerd';
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly environment: string | null;
  readonly team: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly since: string;
  readonly until: string | null;
  readonly counts: Readonly<Partial<Record<AnyResult, number>>>;
}

/** Workloads by name. */
export async function listWorkloads(
  store: Store,
  query: PageOptions & {
    readonly reach: Reach;
    readonly environment?: string | undefined;
    readonly team?: string | undefined;
    readonly q?: string | undefined;
    readonly id?: string | undefined;
    readonly running: boolean;
  },
): Promise<Page<WorkloadRow>> {
  const size = pageSize(query);
  const conditions = [sql`true`];
  if (query.running) conditions.push(sql`workload.until IS NULL`);
  if (query.reach !== undefined) conditions.push(sql`workload.team = ANY(${[...query.reach]}::text[])`);
  if (query.environment !== undefined) conditions.push(sql`coalesce(workload.environment, '') = ${query.environment}`);
  if (query.team !== undefined) conditions.push(sql`workload.team = ${query.team}`);
  if (query.id !== undefined) conditions.push(sql`workload.id::text = ${query.id}`);
  if (query.q !== undefined) conditions.push(sql`position(lower(${query.q}) in lower(workload.name)) > 0`);
  if (query.after !== undefined) {
    const [name, id] = readCursor(query.after, ['string', 'number']);
    conditions.push(sql`(workload.name, workload.id) > (${name}, ${id}::bigint)`);
  }
  const { rows } = await sql<WorkloadRow>`
    SELECT workload.id::text AS id, host.name AS host, host.kind AS "hostKind", namespace, workload.kind, workload.name,
      workload.environment, workload.team, workload.labels, workload.since, workload.until,
      (SELECT coalesce(json_object_agg(result, n), '{}') FROM (SELECT ${verdictOf} AS result, count(*) AS n FROM container
        WHERE container.workload = workload.id AND container.until IS NULL GROUP BY 1) AS counted) AS counts
    FROM workload JOIN host ON host.id = workload.host WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY workload.name, workload.id LIMIT ${size + 1}`.execute(store.db);
  return pageOf(rows, size, { item: (row) => row, cursor: (row) => [row.name, Number(row.id)] });
}

/** What runs from images: how many containers and workloads, of which teams. */
export async function runningPlaces(
  store: Store,
  images: readonly string[],
): Promise<{ readonly containers: number; readonly workloads: number; readonly teams: readonly string[] }> {
  const { rows } = await sql<{ containers: number; workloads: number; teams: string[] }>`
    SELECT count(*)::int AS containers, count(DISTINCT workload)::int AS workloads,
      coalesce(array_agg(DISTINCT team) FILTER (WHERE team IS NOT NULL), '{}') AS teams
    FROM container WHERE until IS NULL AND image = ANY(${[...images]}::text[])`.execute(store.db);
  return rows[0]!;
}
