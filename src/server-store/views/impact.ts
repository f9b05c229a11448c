import { type RawBuilder, sql } from 'kysely';
import { pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';
import { isReached, type Reach, splitVersion } from './images.ts';
import type { ReachedRow } from './reached.ts';

/** What reaches images: findings by any of their names, a package in one version or any, a base by its name or digests. */
export type ImpactSubject =
  | { readonly kind: 'finding'; readonly names: readonly string[] }
  | { readonly kind: 'package'; readonly text: string }
  | { readonly kind: 'base'; readonly names: readonly string[]; readonly digests: readonly string[] };

export interface ImpactCount {
  readonly images: number;
  /** Containers that run from them. */
  readonly running: number;
}

/** An image that is reached, but for its verdict. */
export type ImpactImage = Omit<ReachedRow, 'rank'>;

/** Whom something reaches: all of it counted, and a page of the images, those of which most runs first. */
export interface ImpactRows {
  readonly images: readonly ImpactImage[];
  readonly next?: string;
  /** Of the images that are reached by their base. */
  readonly bases: readonly (ImpactCount & { readonly baseName: string | null; readonly baseDigest: string | null })[];
  readonly owners: readonly (ImpactCount & { readonly name: string; readonly isTeam: boolean })[];
  /** At most 100. */
  readonly containers: readonly {
    readonly id: string;
    readonly name: string;
    readonly host: string;
    readonly environment: string | null;
    readonly image: string;
  }[];
  readonly totals: { readonly images: number; readonly containers: number; readonly records: number };
  /** What `impactStamp` gave at that moment. */
  readonly stamp: string;
}

const mostContainers = 100;

/** Whom something reaches, in one look: what is counted and what is listed are of one moment. */
export async function readImpact(
  store: Store,
  subject: ImpactSubject,
  query: PageOptions & { readonly reach: Reach },
): Promise<ImpactRows> {
  const size = pageSize(query);
  const { reach, after } = query;
  const teams = reach === undefined ? null : [...reach];
  const { hit, packages } = partsOf(subject);
  const from =
    after === undefined
      ? sql`true`
      : sql`(-running, name, image) > (${sql.join(readCursor(after, ['number', 'string', 'string']))})`;
  const { rows } = await sql<Omit<ImpactRows, 'next'>>`
    WITH hit AS (${hit}),
    running AS MATERIALIZED (SELECT image, count(*)::int AS n, min(team) AS team FROM container WHERE until IS NULL GROUP BY image),
    reached AS MATERIALIZED (SELECT record.image, record.name, coalesce(image_fact.team, running.team) AS team,
        image_fact.team IS NOT NULL AS was_sent_by_team, image_fact.owner,
        base_name, base_digest, is_base, coalesce(running.n, 0) AS running
      FROM hit JOIN record ON record.image = hit.image
        LEFT JOIN image_fact ON image_fact.image = record.image LEFT JOIN running ON running.image = record.image
      WHERE ${reach === undefined ? sql`true` : isReached(reach)}),
    shown AS MATERIALIZED (SELECT * FROM reached WHERE ${from} ORDER BY running DESC, name, image LIMIT ${size + 1})
    SELECT (SELECT coalesce(json_agg(json_build_object('image', image, 'name', name, 'team', team, 'owner', owner, 'baseName', base_name,
          'baseDigest', base_digest, 'isBase', is_base, 'running', running, 'packages', (${packages}))
          ORDER BY running DESC, name, image), '[]') FROM shown) AS images,
      (SELECT coalesce(json_agg(json_build_object('baseName', base_name, 'baseDigest', base_digest, 'images', images, 'running', running)
          ORDER BY images DESC, base_name, base_digest), '[]')
        FROM (SELECT base_name, base_digest, count(*) AS images, sum(running) AS running FROM reached WHERE is_base
          GROUP BY base_name, base_digest) AS each) AS bases,
      (SELECT coalesce(json_agg(json_build_object('name', name, 'images', images, 'running', running, 'isTeam', is_team)
          ORDER BY images DESC, name), '[]')
        FROM (SELECT coalesce(team, owner, 'nobody named') AS name, count(*) AS images, sum(running) AS running,
            bool_or(was_sent_by_team) AS is_team FROM reached GROUP BY 1)
          AS each) AS owners,
      (SELECT coalesce(json_agg(each), '[]') FROM (SELECT container.id, container.name, host.name AS host, container.environment, container.image
        FROM reached JOIN container ON container.image = reached.image AND container.until IS NULL JOIN host ON host.id = container.host
        WHERE reached.running > 0 AND (${teams}::text[] IS NULL OR container.team = ANY(${teams}::text[]))
        ORDER BY reached.running DESC, reached.name, reached.image, container.since DESC, container.host, container.id LIMIT ${mostContainers})
          AS each) AS containers,
      (SELECT json_build_object('images', count(*), 'containers', coalesce(sum(running), 0), 'records', (${countOf(reach)}))
        FROM reached) AS totals, (${stampOf(subject)}) AS stamp`.execute(store.db);
  const { images, ...rest } = rows[0]!;
  const { items, next } = pageOf(images, size, {
    item: (row) => row,
    cursor: (row) => [-row.running, row.name, row.image],
  });
  return { ...rest, images: items, ...(next === undefined ? {} : { next }) };
}

/** Records, of those that are reached. */
function countOf(reach: Reach): RawBuilder<unknown> {
  return reach === undefined
    ? sql`SELECT count(*) FROM record`
    : sql`SELECT count(*) FROM record LEFT JOIN image_fact ON image_fact.image = record.image WHERE ${isReached(reach)}`;
}

interface SubjectParts {
  /** Images, and whether it comes from their base. */
  readonly hit: RawBuilder<unknown>;
  /** Of one that is `shown`: its packages that have it. */
  readonly packages: RawBuilder<unknown>;
}

function partsOf(subject: ImpactSubject): SubjectParts {
  switch (subject.kind) {
    case 'finding': {
      const named = sql`finding_life.name = ANY(${[...subject.names]}::text[]) AND gone_at IS NULL`;
      return {
        hit: sql`SELECT image, bool_and(owner = 'base') AS is_base FROM finding_life WHERE ${named} GROUP BY image`,
        packages: sql`SELECT coalesce(json_agg(DISTINCT jsonb_build_object('name', package.name, 'version', package.version,
            'purl', package.body->>'purl')), '[]') FROM finding_life JOIN package ON package.name = finding_life.package
          JOIN package_use ON package_use.package = package.id AND package_use.image = finding_life.image
          WHERE finding_life.image = shown.image AND ${named}`,
      };
    }
    case 'package': {
      const wanted = packagesMeant(subject.text);
      return {
        hit: sql`SELECT package_use.image, bool_and(package_use.is_base) AS is_base
          FROM package JOIN package_use ON package_use.package = package.id WHERE ${wanted} GROUP BY package_use.image`,
        packages: sql`SELECT coalesce(json_agg(json_build_object('name', package.name, 'version', package.version,
            'purl', package.body->>'purl') ORDER BY package.name, package.version), '[]')
          FROM package JOIN package_use ON package_use.package = package.id WHERE package_use.image = shown.image AND ${wanted}`,
      };
    }
    case 'base': {
      const digests = [...subject.digests];
      return {
        hit: sql`SELECT image, true AS is_base FROM record WHERE base_name = ANY(${[...subject.names]}::text[])
          OR base_digest = ANY(${digests}::text[]) OR image = ANY(${digests}::text[])`,
        packages: sql`SELECT '[]'::json`,
      };
    }
  }
}

/** Packages that a purl, a name or `name@version` means, in the spellings that some ecosystem takes for one. */
function packagesMeant(text: string): RawBuilder<unknown> {
  if (text.startsWith('pkg:'))
    return sql`(package.body->>'purl' = ${text} OR starts_with(package.body->>'purl', ${`${text}?`})
      OR starts_with(package.body->>'purl', ${`${text}@`}))`;
  const [name, version] = splitVersion(text);
  return sql`package.id IN (SELECT package FROM package_key WHERE key = ${name.toLowerCase().replace(/[-_.]+/g, '-')}
      UNION SELECT id FROM package WHERE name = ${name})
    AND (${version ?? null}::text IS NULL OR package.version = ${version ?? null})`;
}

/** What images are in the worst of their scopes, as `image_standing.worst_rank`; what was never judged is not there. */
export async function worstRanks({ db }: Store, images: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ image: string; rank: number }>`SELECT image, worst_rank AS rank FROM image_standing
    WHERE image = ANY(${[...images]}::text[])`.execute(db);
  return new Map(rows.map(({ image, rank }) => [image, rank]));
}

/** Tells states of the open findings apart that impact goes by; the same for whatever goes by none. */
export async function impactStamp({ db }: Store, subject: ImpactSubject): Promise<string> {
  if (subject.kind !== 'finding') return '';
  return (await sql<{ stamp: string }>`${stampOf(subject)}`.execute(db)).rows[0]!.stamp;
}

function stampOf(subject: ImpactSubject): RawBuilder<unknown> {
  if (subject.kind !== 'finding') return sql`SELECT '' AS stamp`;
  // All of it stands in the index.
  return sql`SELECT count(*) || ' ' || coalesce(sum(hashtextextended(image || owner, 0)), 0) AS stamp
    FROM finding_life WHERE name = ANY(${[...subject.names]}::text[]) AND gone_at IS NULL`;
}
