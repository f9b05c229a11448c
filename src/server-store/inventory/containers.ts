import { sql } from 'kysely';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';

/** A container that runs or ran, and what its image tells of it. */
export interface KeptContainer {
  readonly host: string;
  readonly hostId: number;
  readonly hostKind: 'docker' | 'kubernetes' | 'containerd';
  readonly id: string;
  readonly name: string;
  readonly workload: {
    readonly id: number;
    readonly namespace: string;
    readonly kind: string;
    readonly name: string;
  } | null;
  readonly image: string | null;
  readonly imageName: string;
  /** The worst of its image's verdicts; `unknown` where the image has no record or was never judged. */
  readonly verdict: 'pass' | 'fail' | 'cannot-tell' | 'unknown';
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

export interface ContainerFilter extends PageOptions {
  readonly image?: string;
  readonly environment?: string;
  readonly team?: string;
  readonly host?: number;
  readonly workload?: number;
  /** Its image has this finding now, by the finding's name: `CVE-2014-6271`. */
  readonly finding?: string;
  /** Those that have ended too. */
  readonly withEnded?: boolean;
  /** By which clock hosts are silent. */
  readonly now?: Date;
}

interface Row extends Omit<KeptContainer, 'workload'> {
  readonly workloadId: number | null;
  readonly namespace: string;
  readonly workloadKind: string;
  readonly workloadName: string;
}

/** Containers, the latest first. What is found in an image shows on each that runs from it. */
export async function listContainers(store: Store, filter: ContainerFilter): Promise<Page<KeptContainer>> {
  const size = pageSize(filter);
  const now = (filter.now ?? new Date()).toISOString();
  const { rows } = await sql<Row>`
    WITH part AS (SELECT container.* FROM container WHERE ${conditions(filter)}
      ORDER BY container.since DESC, container.host, container.id LIMIT ${size + 1})
    SELECT host.name AS host, part.host AS "hostId", host.kind AS "hostKind", part.id, part.name,
      workload.id AS "workloadId", workload.namespace, workload.kind AS "workloadKind", workload.name AS "workloadName",
      part.image, part.image_name AS "imageName", coalesce(judged.verdict, 'unknown') AS verdict, part.environment, part.team,
      part.labels, part.configuration, part.since, part.until, greatest(part.last_seen, host.last_seen) AS "lastSeen",
      part.until IS NULL AND host.last_seen + make_interval(secs => host.period_seconds) < ${now}::timestamptz AS silent
    FROM part JOIN host ON host.id = part.host LEFT JOIN workload ON workload.id = part.workload
    LEFT JOIN LATERAL (
      SELECT CASE WHEN bool_or(result = 'fail') THEN 'fail' WHEN bool_or(result = 'cannot-tell') THEN 'cannot-tell'
        WHEN count(*) > 0 THEN 'pass' END AS verdict
      FROM verdict WHERE verdict.image = part.image AND verdict.until IS NULL) AS judged ON true
    ORDER BY part.since DESC, part.host, part.id`.execute(store.db);
  return pageOf(rows, size, {
    item: ({ workloadId, namespace, workloadKind, workloadName, ...row }) => ({
      ...row,
      workload: workloadId === null ? null : { id: workloadId, namespace, kind: workloadKind, name: workloadName },
    }),
    cursor: ({ since, hostId, id }) => [since, hostId, id],
  });
}

function conditions(filter: ContainerFilter) {
  const { image, environment, team, host, workload, finding, after, withEnded } = filter;
  const parts = [sql<boolean>`true`];
  if (withEnded !== true) parts.push(sql`container.until IS NULL`);
  if (image !== undefined) parts.push(sql`container.image = ${image}`);
  if (environment !== undefined) parts.push(sql`container.environment = ${environment}`);
  if (team !== undefined) parts.push(sql`container.team = ${team}`);
  if (host !== undefined) parts.push(sql`container.host = ${host}`);
  if (workload !== undefined) parts.push(sql`container.workload = ${workload}`);
  if (finding !== undefined)
    parts.push(sql`container.image IN (SELECT image FROM finding_life WHERE name = ${finding} AND gone_at IS NULL)`);
  if (after !== undefined) {
    const [since, onHost, id] = readCursor(after, ['string', 'number', 'string']);
    parts.push(
      sql`(container.since < ${since}::timestamptz OR (container.since = ${since}::timestamptz AND (container.host, container.id) > (${onHost}::bigint, ${id})))`,
    );
  }
  return sql.join(parts, sql` AND `);
}

/** How far a finding reaches. */
export interface FindingReach {
  readonly images: number;
  readonly containers: number;
  readonly byEnvironment: readonly { readonly environment: string | null; readonly containers: number }[];
}

/** What runs with a finding, by its name. */
export async function findingReach(store: Store, finding: string): Promise<FindingReach> {
  const { rows } = await sql<{ environment: string | null; containers: number }>`
    SELECT container.environment, count(*) AS containers FROM container
    WHERE container.until IS NULL AND container.image IN (
      SELECT image FROM finding_life WHERE name = ${finding} AND gone_at IS NULL)
    GROUP BY container.environment ORDER BY containers DESC, container.environment`.execute(store.db);
  const images = await sql<{ n: number }>`
    SELECT count(DISTINCT image) AS n FROM finding_life WHERE name = ${finding} AND gone_at IS NULL`.execute(store.db);
  return {
    images: images.rows[0]!.n,
    containers: rows.reduce((sum, { containers }) => sum + containers, 0),
    byEnvironment: rows,
  };
}

/** Ids of the containers that run on a host, as far as is known. */
export async function runningOn(store: Store, host: number): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`SELECT id FROM container WHERE host = ${host} AND until IS NULL`.execute(
    store.db,
  );
  return new Set(rows.map(({ id }) => id));
}
