import { type Kysely, sql } from 'kysely';
import { jsonText, plainText } from '../hostile-text.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables/index.ts';

/** A container as its host reports it. */
export interface ContainerReport {
  /** As the runtime names it, unique on its host. */
  readonly id: string;
  readonly name: string;
  /** Digests by which the host knows the image that it runs, the surest first; empty where it can't say. */
  readonly imageIds?: readonly string[];
  /** By which exactly this image can be fetched from its registry: `registry.example.com/shop/cart@sha256:…`. */
  readonly imageReference?: string;
  /** The name under which that was asked for. */
  readonly imageName: string;
  /** `linux/amd64`: which of an index's images runs. */
  readonly platform?: string;
  readonly workload?: { readonly namespace: string; readonly kind: string; readonly name: string };
  readonly environment?: string;
  readonly team?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** When it started, the last time. */
  readonly since: Date;
}

/** A container that runs no more. */
export interface ContainerEnd {
  readonly id: string;
  /** Where that is known; else when we heard of it. */
  readonly at?: Date;
}

/** A container in a change, as the store knows it. */
export interface ChangedContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string | null;
  readonly imageName: string;
  readonly environment: string | null;
  readonly team: string | null;
}

/** What a report changed. */
export interface InventoryChange {
  readonly started: readonly ChangedContainer[];
  readonly ended: readonly ChangedContainer[];
}

export interface InventoryReport {
  readonly containers: readonly ContainerReport[];
  /** `whole`: what it does not name has ended. `part`: only what it names is told of. Default whole. */
  readonly extent?: 'whole' | 'part';
  /** Ids of others that run, told of before: a whole report may come in parts, the last of which says so. */
  readonly alsoRunning?: readonly string[];
  readonly ended?: readonly ContainerEnd[];
  readonly now: Date;
}

/** Takes in what runs on a host: what is new started, what is no longer there has ended. */
export async function noteContainers(store: Store, host: number, report: InventoryReport): Promise<InventoryChange> {
  const { containers: given, extent = 'whole', alsoRunning = [], ended = [], now } = report;
  const at = now.toISOString();
  // A host that names one twice means the last.
  const containers = [...new Map(given.map((each) => [plainText(each.id), each])).values()];
  return store.db.transaction().execute(async (transaction) => {
    // One report of a host at a time: an older one must not end what a newer one has started.
    await sql`SELECT 1 FROM host WHERE id = ${host} FOR UPDATE`.execute(transaction);
    const started = containers.length === 0 ? [] : await takeIn(transaction, host, containers, at);
    const gone = await end(transaction, host, {
      at,
      ended,
      running: [...containers.map(({ id }) => id), ...alsoRunning].map(plainText),
      extent,
    });
    return { started, ended: gone };
  });
}

const changedColumns = sql`container.id, container.name, container.image, container.image_name AS "imageName",
  container.environment, container.team`;

async function takeIn(
  db: Kysely<Tables>,
  host: number,
  containers: readonly ContainerReport[],
  at: string,
): Promise<readonly ChangedContainer[]> {
  const given = jsonText(containers.map(reported));
  const ids = containers.map(({ id }) => plainText(id));
  await sql`INSERT INTO workload (host, namespace, kind, name, environment, team, since)
    SELECT DISTINCT ON (namespace, workload_kind, workload_name) ${host}::bigint, namespace, workload_kind, workload_name,
      environment, team, ${at}::timestamptz
    FROM jsonb_to_recordset(${given}::jsonb)
      AS given (namespace text, workload_kind text, workload_name text, environment text, team text)
    WHERE workload_name IS NOT NULL ORDER BY namespace, workload_kind, workload_name
    ON CONFLICT DO NOTHING`.execute(db);
  const { rows } = await sql<ChangedContainer & { readonly isStart: boolean }>`
    WITH given AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${given}::jsonb) AS given (id text, name text, namespace text, workload_kind text,
        workload_name text, image_ids text[], platform text, image_reference text, image_name text, environment text, team text,
        labels jsonb, configuration jsonb, since timestamptz)),
    -- Many run from one image: its record is looked for once.
    image AS MATERIALIZED (
      SELECT image_ids, platform, coalesce(record_of(image_ids, platform), image_ids[1]) AS image
      FROM (SELECT DISTINCT image_ids, platform FROM given) AS each),
    before AS (SELECT id, since FROM container WHERE host = ${host} AND id = ANY(${ids}::text[])),
    noted AS (
      INSERT INTO container (host, id, name, workload, image, image_ids, platform, image_reference, image_name, environment, team, labels,
        configuration, since, last_seen)
      SELECT ${host}::bigint, given.id, given.name, workload.id,
        image.image, given.image_ids, given.platform, given.image_reference, given.image_name, given.environment, given.team,
        given.labels, given.configuration, given.since, ${at}::timestamptz
      FROM given JOIN image ON image.image_ids = given.image_ids AND image.platform IS NOT DISTINCT FROM given.platform
      LEFT JOIN workload ON workload.host = ${host} AND workload.namespace = given.namespace
        AND workload.kind = given.workload_kind AND workload.name = given.workload_name AND workload.until IS NULL
      ORDER BY given.id
      ON CONFLICT (host, id) DO UPDATE SET name = excluded.name, workload = excluded.workload, image = excluded.image,
        image_ids = excluded.image_ids, platform = excluded.platform,
        image_reference = excluded.image_reference, image_name = excluded.image_name,
        environment = excluded.environment, team = excluded.team, labels = excluded.labels,
        configuration = excluded.configuration, since = excluded.since, last_seen = excluded.last_seen, until = NULL
      -- What is as it was is not written again: that its host was heard from says that it is still there.
      WHERE (container.name, container.workload, container.image, container.image_ids, container.platform,
          container.image_reference, container.image_name, container.environment, container.team, container.labels,
          container.configuration, container.since, container.until)
        IS DISTINCT FROM (excluded.name, excluded.workload, excluded.image, excluded.image_ids, excluded.platform,
          excluded.image_reference, excluded.image_name, excluded.environment, excluded.team, excluded.labels,
          excluded.configuration, excluded.since, NULL::timestamptz)
      RETURNING *)
    SELECT ${changedColumns}, before.since IS DISTINCT FROM container.since AS "isStart"
    FROM noted AS container LEFT JOIN before ON before.id = container.id
    ORDER BY container.id`.execute(db);
  return rows.filter(({ isStart }) => isStart).map(({ isStart: _, ...row }) => row);
}

interface Ends {
  readonly at: string;
  readonly ended: readonly ContainerEnd[];
  readonly running: readonly string[];
  readonly extent: 'whole' | 'part';
}

type EndedRow = ChangedContainer & { readonly workload: number | null };

async function end(db: Kysely<Tables>, host: number, ends: Ends): Promise<readonly ChangedContainer[]> {
  const { at, ended, running, extent } = ends;
  const rows: EndedRow[] = [];
  if (ended.length > 0) {
    const named = new Map(ended.map(({ id, at: until }) => [id, { id, until: until?.toISOString() }]));
    for (const id of running) named.delete(id);
    const given = jsonText([...named.values()]);
    const found = await sql<EndedRow>`
      UPDATE container SET until = least(greatest(coalesce(given.until, ${at}::timestamptz), container.since), ${at}::timestamptz)
      FROM jsonb_to_recordset(${given}::jsonb) AS given (id text, until timestamptz)
      WHERE container.host = ${host} AND container.id = given.id AND container.until IS NULL
      RETURNING ${changedColumns}, container.workload`.execute(db);
    rows.push(...found.rows);
  }
  if (extent === 'whole') {
    const found = await sql<EndedRow>`
      UPDATE container SET until = greatest(${at}::timestamptz, container.since)
      WHERE host = ${host} AND until IS NULL
        AND NOT EXISTS (SELECT 1 FROM unnest(${running}::text[]) AS given (id) WHERE given.id = container.id)
      RETURNING ${changedColumns}, container.workload`.execute(db);
    rows.push(...found.rows);
  }
  await endWorkloads(db, host, { at, extent, workloads: rows.map(({ workload }) => workload) });
  return rows.map(({ workload: _, ...row }) => row).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Workloads of which nothing runs any more have ended too. */
async function endWorkloads(
  db: Kysely<Tables>,
  host: number,
  { at, extent, workloads }: Pick<Ends, 'at' | 'extent'> & { readonly workloads: readonly (number | null)[] },
): Promise<void> {
  const touched = [...new Set(workloads)].filter((each) => each !== null);
  if (extent === 'part' && touched.length === 0) return;
  const which = extent === 'whole' ? sql`host = ${host}` : sql`id = ANY(${touched}::bigint[])`;
  await sql`UPDATE workload SET until = ${at}::timestamptz WHERE ${which} AND until IS NULL AND NOT EXISTS (
    SELECT 1 FROM container WHERE container.workload = workload.id AND container.until IS NULL)`.execute(db);
}

function reported(container: ContainerReport): Record<string, unknown> {
  const { id, name, imageIds = [], imageName, platform, workload, environment, team } = container;
  return {
    id,
    name,
    image_ids: imageIds,
    platform,
    image_reference: container.imageReference,
    image_name: imageName,
    namespace: workload?.namespace ?? '',
    workload_kind: workload?.kind,
    workload_name: workload?.name,
    environment,
    team,
    labels: container.labels ?? {},
    configuration: container.configuration ?? {},
    since: container.since.toISOString(),
  };
}
