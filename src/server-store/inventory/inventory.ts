import { sql } from 'kysely';
import { jsonText, plainText } from '../hostile-text.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';

/** A machine or cluster on which containers run. */
export interface Host {
  readonly id: number;
  readonly kind: 'docker' | 'kubernetes' | 'containerd';
  readonly name: string;
  readonly environment: string | null;
  readonly team: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly firstSeen: string;
  /** When it was last heard from: silence is shown. */
  readonly lastSeen: string;
}

export type HostReport = Pick<Host, 'kind' | 'name'> & {
  readonly environment?: string;
  readonly team?: string;
  readonly labels?: Readonly<Record<string, string>>;
};

/** A container as its host reports it. */
export interface ContainerReport {
  /** As the runtime names it, unique on its host. */
  readonly id: string;
  readonly name: string;
  /** Digest of the image that it runs; absent where the host can't say. */
  readonly image?: string;
  /** The name under which that was asked for. */
  readonly imageName: string;
  readonly workload?: { readonly namespace: string; readonly kind: string; readonly name: string };
  readonly environment?: string;
  readonly team?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly since: Date;
}

/** A container that runs or ran. */
export interface KeptContainer {
  readonly host: string;
  readonly hostId: number;
  readonly id: string;
  readonly name: string;
  readonly image: string | null;
  readonly imageName: string;
  readonly environment: string | null;
  readonly team: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly configuration: unknown;
  readonly since: string;
  readonly until: string | null;
}

/** What a report changed. */
export interface InventoryChange {
  readonly started: readonly string[];
  readonly ended: readonly string[];
}

/** Says that a host was heard from. Gives its number. */
export async function noteHost(
  store: Store,
  { kind, name, environment, team, labels = {} }: HostReport,
  now: Date,
): Promise<number> {
  const at = now.toISOString();
  const facts = {
    kind,
    environment: environment ?? null,
    team: team ?? null,
    labels: jsonText(labels),
    last_seen: at,
  };
  const row = await store.db
    .insertInto('host')
    .values({ name: plainText(name), first_seen: at, ...facts })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(facts))
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function listHosts(store: Store): Promise<readonly Host[]> {
  const rows = await store.db.selectFrom('host').selectAll().orderBy('name').execute();
  return rows.map(({ first_seen: firstSeen, last_seen: lastSeen, ...row }) => ({ ...row, firstSeen, lastSeen }));
}

/** Takes in all that runs on a host now: what is new started, what is no longer there has ended. */
export async function noteContainers(
  store: Store,
  host: number,
  { containers, now }: { readonly containers: readonly ContainerReport[]; readonly now: Date },
): Promise<InventoryChange> {
  const at = now.toISOString();
  const given = jsonText(containers.map(reported));
  return store.db.transaction().execute(async (transaction) => {
    // One report of a host at a time: an older one must not end what a newer one has started.
    await sql`SELECT 1 FROM host WHERE id = ${host} FOR UPDATE`.execute(transaction);
    await sql`INSERT INTO workload (host, namespace, kind, name, environment, team, since)
      SELECT DISTINCT ON (namespace, workload_kind, workload_name) ${host}::bigint, namespace, workload_kind, workload_name,
        environment, team, ${at}::timestamptz
      FROM jsonb_to_recordset(${given}::jsonb)
        AS given (namespace text, workload_kind text, workload_name text, environment text, team text)
      WHERE workload_name IS NOT NULL ORDER BY namespace, workload_kind, workload_name
      ON CONFLICT DO NOTHING`.execute(transaction);
    const started = await sql<{ id: string; is_new: boolean }>`
      INSERT INTO container (host, id, name, workload, image, image_name, environment, team, labels, configuration, since, last_seen)
      SELECT ${host}::bigint, given.id, given.name, workload.id, given.image, given.image_name, given.environment, given.team,
        given.labels, given.configuration, given.since, ${at}::timestamptz
      FROM jsonb_to_recordset(${given}::jsonb) AS given (id text, name text, namespace text, workload_kind text,
        workload_name text, image text, image_name text, environment text, team text, labels jsonb, configuration jsonb,
        since timestamptz)
      LEFT JOIN workload ON workload.host = ${host} AND workload.namespace = given.namespace
        AND workload.kind = given.workload_kind AND workload.name = given.workload_name AND workload.until IS NULL
      ORDER BY given.id
      ON CONFLICT (host, id) DO UPDATE SET name = excluded.name, workload = excluded.workload, image = excluded.image,
        image_name = excluded.image_name, environment = excluded.environment, team = excluded.team, labels = excluded.labels,
        configuration = excluded.configuration, last_seen = excluded.last_seen, until = NULL
      RETURNING id, (xmax = 0) AS is_new`.execute(transaction);
    const ids = containers.map(({ id }) => plainText(id));
    const ended = await sql<{ id: string }>`UPDATE container SET until = ${at}::timestamptz
      WHERE host = ${host} AND until IS NULL AND id <> ALL(${ids}::text[]) RETURNING id`.execute(transaction);
    await sql`UPDATE workload SET until = ${at}::timestamptz WHERE host = ${host} AND until IS NULL AND NOT EXISTS (
      SELECT 1 FROM container WHERE container.workload = workload.id AND container.until IS NULL)`.execute(transaction);
    return {
      started: started.rows.filter((row) => row.is_new).map(({ id }) => id),
      ended: ended.rows.map(({ id }) => id).sort(),
    };
  });
}

export interface ContainerFilter extends PageOptions {
  readonly image?: string;
  readonly environment?: string;
  readonly team?: string;
  readonly host?: number;
  /** Those that have ended too. */
  readonly withEnded?: boolean;
}

/** Containers, the latest first. */
export async function listContainers(store: Store, filter: ContainerFilter): Promise<Page<KeptContainer>> {
  const size = pageSize(filter);
  let query = store.db
    .selectFrom('container')
    .innerJoin('host', 'host.id', 'container.host')
    .selectAll('container')
    .select('host.name as host_name');
  if (filter.withEnded !== true) query = query.where('until', 'is', null);
  if (filter.image !== undefined) query = query.where('image', '=', filter.image);
  if (filter.environment !== undefined) query = query.where('container.environment', '=', filter.environment);
  if (filter.team !== undefined) query = query.where('container.team', '=', filter.team);
  if (filter.host !== undefined) query = query.where('container.host', '=', filter.host);
  if (filter.after !== undefined) {
    const [since, host, id] = readCursor(filter.after, ['string', 'number', 'string']);
    query = query.where(
      sql<boolean>`(since < ${since}::timestamptz OR (since = ${since}::timestamptz AND (container.host, container.id) > (${host}::bigint, ${id})))`,
    );
  }
  const rows = await query
    .orderBy('since', 'desc')
    .orderBy('container.host')
    .orderBy('container.id')
    .limit(size + 1)
    .execute();
  return pageOf(rows, size, {
    item: ({ host, host_name: hostName, image_name: imageName, ...row }) => ({
      host: hostName,
      hostId: host,
      id: row.id,
      name: row.name,
      image: row.image,
      imageName,
      environment: row.environment,
      team: row.team,
      labels: row.labels,
      configuration: row.configuration,
      since: row.since,
      until: row.until,
    }),
    cursor: ({ since, host, id }) => [since, host, id],
  });
}

/** Images that run somewhere but have no record: to be scanned, the most used first. */
export async function imagesWithoutRecord(
  store: Store,
  limit: number,
): Promise<readonly { readonly image: string; readonly name: string; readonly containers: number }[]> {
  const { rows } = await sql<{ image: string; name: string; containers: number }>`
    SELECT container.image, min(image_name) AS name, count(*) AS containers FROM container
    WHERE until IS NULL AND image IS NOT NULL AND NOT EXISTS (SELECT 1 FROM record WHERE record.image = container.image)
    GROUP BY container.image ORDER BY containers DESC, container.image LIMIT ${limit}`.execute(store.db);
  return rows;
}

function reported(container: ContainerReport): Record<string, unknown> {
  const { id, name, image, imageName, workload, environment, team, labels = {}, configuration = {}, since } = container;
  return {
    id,
    name,
    image,
    image_name: imageName,
    namespace: workload?.namespace ?? '',
    workload_kind: workload?.kind,
    workload_name: workload?.name,
    environment,
    team,
    labels,
    configuration,
    since: since.toISOString(),
  };
}
