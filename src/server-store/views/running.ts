import { sql } from 'kysely';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';
import type { Reach } from './images.ts';

type AnyResult = 'pass' | 'fail' | 'cannot-tell' | 'unknown';

export interface ContainerRow {
  readonly hostId: number;
  readonly host: string;
  readonly hostKind: 'docker' | 'kubernetes' | 'containerd';
  readonly hostSeen: string;
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
  readonly result: AnyResult;
  readonly environment: string | null;
  readonly team: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly since: string;
  readonly until: string | null;
  readonly lastSeen: string;
}

export interface ContainerQuery extends PageOptions {
  readonly reach: Reach;
  readonly environment?: string | undefined;
  readonly team?: string | undefined;
  readonly host?: string | undefined;
  readonly image?: string | undefined;
  readonly workload?: string | undefined;
  readonly result?: AnyResult | undefined;
  readonly q?: string | undefined;
  readonly running: boolean;
}

/** What a container's image was judged to be, in the worst of its scopes. */
const resultOf = sql<AnyResult>`coalesce((SELECT CASE min(CASE result WHEN 'fail' THEN 0 WHEN 'cannot-tell' THEN 1 ELSE 2 END)
  WHEN 0 THEN 'fail' WHEN 1 THEN 'cannot-tell' WHEN 2 THEN 'pass' END
  FROM verdict WHERE verdict.image = container.image AND verdict.until IS NULL), 'unknown')`;

/** Containers, the latest first, with what their image was judged to be. */
export async function containersWithVerdict(store: Store, query: ContainerQuery): Promise<Page<ContainerRow>> {
  const size = pageSize(query);
  const { reach, environment, team, host, image, workload, result, q } = query;
  const conditions = [sql`true`];
  if (query.running) conditions.push(sql`container.until IS NULL`);
  if (reach !== undefined) conditions.push(sql`container.team = ANY(${[...reach]}::text[])`);
  if (environment !== undefined) conditions.push(sql`coalesce(container.environment, '') = ${environment}`);
  if (team !== undefined) conditions.push(sql`container.team = ${team}`);
  if (host !== undefined) conditions.push(sql`host.name = ${host}`);
  if (image !== undefined) conditions.push(sql`container.image = ${image}`);
  if (workload !== undefined) conditions.push(sql`container.workload::text = ${workload}`);
  if (result !== undefined) conditions.push(sql`${resultOf} = ${result}`);
  if (q !== undefined)
    conditions.push(sql`(position(lower(${q}) in lower(container.name)) > 0 OR starts_with(container.id, ${q})
      OR position(lower(${q}) in lower(container.image_name)) > 0)`);
  if (query.after !== undefined) {
    const [since, hostId, id] = readCursor(query.after, ['string', 'number', 'string']);
    conditions.push(sql`(container.since < ${since}::timestamptz OR (container.since = ${since}::timestamptz
      AND (container.host, container.id) > (${hostId}::bigint, ${id})))`);
  }
  const { rows } = await sql<ContainerRow>`
    SELECT container.host AS "hostId", host.name AS host, host.kind AS "hostKind", host.last_seen AS "hostSeen", container.id,
      container.name, CASE WHEN workload.id IS NULL THEN NULL ELSE json_build_object('id', workload.id::text, 'kind', workload.kind,
        'name', workload.name, 'namespace', workload.namespace) END AS workload,
      container.image, image_name AS "imageName", ${resultOf} AS result, container.environment, container.team, container.labels,
      container.since, container.until,
      CASE WHEN container.until IS NULL THEN greatest(container.last_seen, host.last_seen) ELSE container.last_seen END AS "lastSeen"
    FROM container JOIN host ON host.id = container.host LEFT JOIN workload ON workload.id = container.workload
    WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY container.since DESC, container.host, container.id LIMIT ${size + 1}`.execute(store.db);
  return pageOf(rows, size, { item: (row) => row, cursor: ({ since, hostId, id }) => [since, hostId, id] });
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
      (SELECT coalesce(json_object_agg(result, n), '{}') FROM (SELECT ${resultOf} AS result, count(*) AS n FROM container
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
