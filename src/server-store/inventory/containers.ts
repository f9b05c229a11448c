import { sql } from 'kysely';
import type { Store } from '../store.ts';

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

/** The record of the image of a container on a host, and the body in which it lies; undefined where there is none. */
export async function recordOfContainer(
  store: Store,
  { host, id }: { readonly host: string; readonly id: string },
): Promise<{ readonly image: string; readonly body: string } | undefined> {
  const { rows } = await sql<{ image: string; body: string }>`SELECT record.image, record.body
    FROM host JOIN container ON container.host = host.id JOIN record ON record.image = container.image
    WHERE host.name = ${host} AND container.id = ${id} LIMIT 1`.execute(store.db);
  return rows[0];
}

/** The id of the container that runs under that name on a host, or ran there last; undefined where none did. */
export async function containerNamed(store: Store, host: string, name: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`SELECT container.id FROM container JOIN host ON host.id = container.host
    WHERE host.name = ${host} AND container.name = ${name}
    ORDER BY container.until DESC NULLS FIRST, container.since DESC LIMIT 1`.execute(store.db);
  return rows[0]?.id;
}
