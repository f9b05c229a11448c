import { type Kysely, sql } from 'kysely';
import type { Store } from '../store.ts';
import type { Tables } from '../tables/index.ts';

/**
 * Notes other digests by which a recorded image is known, and finds the containers that run from it: engines name an image by
 * the digest of its configuration, clusters by that of its manifest or of the index that it was pulled by.
 */
export async function noteAliases(
  db: Kysely<Tables>,
  image: string,
  digests: readonly (string | undefined)[],
): Promise<void> {
  const aliases = [...new Set(digests)].filter((each) => each !== undefined && each !== image) as string[];
  if (aliases.length > 0)
    await db
      .insertInto('image_alias')
      .values(aliases.map((alias) => ({ alias, image })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  await sql`WITH hit AS (
      SELECT host, id, record_of(image_ids, platform) AS image FROM container
      WHERE until IS NULL AND image_ids && ${[image, ...aliases]}::text[]
      ORDER BY host, id FOR UPDATE)
    UPDATE container SET image = hit.image FROM hit
    WHERE container.host = hit.host AND container.id = hit.id AND hit.image IS NOT NULL
      AND container.image IS DISTINCT FROM hit.image`.execute(db);
}

/** An image is known by another digest too: that of the index by which it was asked for, say. */
export async function noteAlias(store: Store, alias: string, image: string): Promise<void> {
  await store.db.transaction().execute((transaction) => noteAliases(transaction, image, [alias]));
}

/**
 * Finds the records of containers that have none yet: what started while its record was being kept is missed by both. Gives how
 * many were found.
 */
export async function matchContainers(store: Store): Promise<number> {
  const { rows } = await sql`WITH hit AS (
      SELECT host, id, record_of(image_ids, platform) AS image FROM container
      WHERE until IS NULL AND NOT EXISTS (SELECT 1 FROM record WHERE record.image = container.image)
      ORDER BY host, id FOR UPDATE)
    UPDATE container SET image = hit.image FROM hit
    WHERE container.host = hit.host AND container.id = hit.id AND hit.image IS NOT NULL
    RETURNING container.id`.execute(store.db);
  return rows.length;
}

/** An image that runs somewhere but has no record. */
export interface UnknownImage {
  /** The best of the digests that hosts name. */
  readonly image: string;
  /** All of them, the surest first. */
  readonly ids: readonly string[];
  readonly name: string;
  readonly platform: string | null;
  /** By which it can be fetched from its registry, where a host knows that. */
  readonly reference: string | null;
  /** Hosts on which it runs, at most 10. */
  readonly hosts: readonly { readonly kind: string; readonly name: string }[];
  readonly containers: number;
  /** Whose all its containers are that are somebody's; null: nobody's, or those of several teams. */
  readonly team: string | null;
}

/** Images that run somewhere but have no record: to be scanned, the most used first. */
export async function imagesWithoutRecord(store: Store, limit: number): Promise<readonly UnknownImage[]> {
  const { rows } = await sql<UnknownImage>`
    SELECT container.image, min(container.image_ids) AS ids, min(container.image_name) AS name,
      min(container.platform) AS platform, min(container.image_reference) AS reference,
      to_jsonb((array_agg(DISTINCT jsonb_build_object('kind', host.kind, 'name', host.name)))[1:10]) AS hosts,
      count(*) AS containers, CASE WHEN count(DISTINCT container.team) = 1 THEN min(container.team) END AS team
    FROM container JOIN host ON host.id = container.host
    WHERE container.until IS NULL AND container.image IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM record WHERE record.image = container.image)
    GROUP BY container.image ORDER BY containers DESC, container.image LIMIT ${limit}`.execute(store.db);
  return rows;
}

/** What an image is called, other than by its digest. */
export interface NameInUse {
  readonly name: string;
  /** It is what an engine resolved, and nothing that started there later under that name runs another image. */
  readonly isCurrent: boolean;
}

/** As engines and clusters have an image that nobody gave a name: its digest or id, alone or behind its repository. */
const byDigest = '(^|@)(sha256:)?[0-9a-f]{12,64}$|@sha256:|^$';

/**
 * What the containers of an image call it, the latest word first; else what it was called when it was kept. Undefined where all have
 * only digests for it.
 */
export async function nameInUse(store: Store, digests: readonly string[]): Promise<NameInUse | undefined> {
  const own = sql`${[...digests]}::text[]`;
  const { rows } = await sql<NameInUse>`
    (SELECT 1 AS rank, image_name AS name, NOT EXISTS (
        SELECT 1 FROM container later WHERE later.until IS NULL AND later.host = container.host
          AND later.image_name = container.image_name AND later.since > container.since
          AND NOT later.image_ids && ${own}) AS "isCurrent"
      FROM container WHERE image_ids && ${own} AND image_name !~ ${byDigest}
      ORDER BY until IS NULL DESC, since DESC, host, id LIMIT 1)
    UNION ALL (SELECT 2, name, false FROM record WHERE image = ANY(${own}) AND name !~ ${byDigest} LIMIT 1)
    ORDER BY rank LIMIT 1`.execute(store.db);
  const [found] = rows;
  return found && { name: found.name, isCurrent: found.isCurrent };
}
