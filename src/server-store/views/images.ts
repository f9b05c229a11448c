import { type RawBuilder, sql } from 'kysely';
import type { Severity, VerdictResult } from '../../model/index.ts';
import { planKept } from '../connection/kept-plans.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';

/** Teams that whoever asks reaches; absent: all. */
export type Reach = readonly string[] | undefined;

/** An image in a list. */
export interface ImageRow {
  readonly image: string;
  readonly name: string;
  readonly names: readonly string[];
  readonly platform: string | null;
  readonly os: string | null;
  readonly baseName: string | null;
  readonly baseDigest: string | null;
  readonly owner: string | null;
  readonly team: string | null;
  readonly sizeBytes: number;
  readonly layers: number;
  readonly packages: number;
  readonly problems: number;
  readonly running: number;
  readonly keptAt: string;
  readonly databaseDigest: string | null;
  readonly verdicts: readonly VerdictRow[];
  readonly findings: Readonly<Partial<Record<Severity, number>>>;
  /** Where its record lies. */
  readonly body: string;
  /** How often the lives of its findings were moved on. */
  readonly lives: number;
  /** How many executables each layer brought; null: that was not counted. */
  readonly executables: readonly number[] | null;
}

export interface VerdictRow {
  readonly id: number;
  readonly scope: string;
  readonly result: VerdictResult;
  readonly since: string;
  readonly judgedAt: string;
  readonly policy: string;
  readonly policyDigest: string;
  readonly violations: number;
}

export type ImageSort = 'kept' | '-kept' | 'name' | '-name' | 'size' | '-size' | 'verdict' | '-verdict';

export interface ImageFilter extends PageOptions {
  readonly reach: Reach;
  readonly sort: ImageSort;
  readonly q?: string | undefined;
  readonly verdict?: VerdictResult | 'unknown' | undefined;
  readonly base?: string | undefined;
  readonly team?: string | undefined;
  readonly environment?: string | undefined;
  readonly finding?: string | undefined;
  readonly package?: string | undefined;
  readonly running?: boolean | undefined;
  readonly image?: string | undefined;
}

/** The team that an image was sent with; where none was named, that of the containers that run from it. */
export const teamOf = sql<string | null>`coalesce(image_fact.team, (SELECT min(container.team) FROM container
  WHERE container.image = record.image AND container.until IS NULL))`;

/** As `image_standing.worst_rank`: the order in which people want to see them. */
const ranks = { fail: 0, 'cannot-tell': 1, unknown: 2, pass: 3 } as const;

const sorts: Readonly<
  Record<string, { readonly by: RawBuilder<unknown>; readonly kind: 'number' | 'string'; readonly cast: string }>
> = {
  kept: { by: sql`record.kept_at`, kind: 'string', cast: 'timestamptz' },
  name: { by: sql`record.name`, kind: 'string', cast: 'text' },
  size: { by: sql`record.size_bytes`, kind: 'number', cast: 'bigint' },
  verdict: { by: sql`image_standing.worst_rank`, kind: 'number', cast: 'smallint' },
};

/** Images, with what stands in a list of them. */
export async function listImages(store: Store, filter: ImageFilter): Promise<Page<ImageRow>> {
  const size = pageSize(filter);
  const isDown = filter.sort.startsWith('-');
  const { by, kind, cast } = sorts[filter.sort.replace('-', '')]!;
  const conditions = [...conditionsOf(filter)];
  if (filter.after !== undefined) {
    const [value, image] = readCursor(filter.after, [kind, 'string']);
    const sign = sql.raw(isDown ? '<' : '>');
    conditions.push(sql<boolean>`(${by}, record.image) ${sign} (${value}::${sql.raw(cast)}, ${image})`);
  }
  const order = sql.raw(isDown ? 'DESC' : 'ASC');
  const isFirst = isFirstPage(filter);
  // By an image's key there is one row, whatever the number; and a plan for a number that is not known is made for a tenth of all.
  const limit = isFirst ? sql.lit(size + 1) : size + 1;
  const plan = isFirst || filter.image !== undefined ? planKept : sql``;
  const { rows } = await sql<ImageRow & { sortValue: string | number }>`
    ${plan}WITH shown AS MATERIALIZED (SELECT record.*, image_fact.team, image_fact.owner, image_fact.layers, image_fact.names, image_fact.executables, image_standing.findings,
        image_standing.lives, ${by} AS sort_value
      FROM record JOIN image_standing ON image_standing.image = record.image LEFT JOIN image_fact ON image_fact.image = record.image
      WHERE ${sql.join(conditions, sql` AND `)} ORDER BY ${by} ${order}, record.image ${order} LIMIT ${limit})
    SELECT record.image, name, coalesce(names, ARRAY[name]) AS names, platform, os, base_name AS "baseName", base_digest AS "baseDigest",
      owner, team, size_bytes AS "sizeBytes", coalesce(layers, 0) AS layers, packages, problems, kept_at AS "keptAt",
      database_digest AS "databaseDigest", sort_value AS "sortValue", body, findings, lives, executables,
      ${runningOf}, ${verdictsOf}
    FROM shown AS record ORDER BY sort_value ${order}, record.image ${order}`.execute(store.db);
  return pageOf(rows, size, { item: (row) => row, cursor: (row) => [row.sortValue, row.image] });
}

/** What the dashboard begins with, of all images: few texts, so that connections keep few plans. */
function isFirstPage({ sort: _, limit, ...rest }: ImageFilter): boolean {
  return (limit === 50 || limit === 100) && Object.values(rest).every((each) => each === undefined);
}

const runningOf = sql`(SELECT count(*) FROM container WHERE container.image = record.image AND until IS NULL)::int AS running`;

const verdictsOf = sql`(SELECT coalesce(json_agg(json_build_object('id', id, 'scope', scope, 'result', result,
    'since', to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'judgedAt', to_char(judged_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'policy', policy_name, 'policyDigest', policy_digest, 'violations', violations) ORDER BY scope <> 'default', scope), '[]')
  FROM verdict WHERE verdict.image = record.image AND until IS NULL) AS verdicts`;

function* conditionsOf(filter: ImageFilter): Generator<RawBuilder<boolean>> {
  const { reach, q, verdict, base, team, environment, finding, running, image } = filter;
  yield sql<boolean>`true`;
  if (reach !== undefined) yield isReached(reach);
  if (image !== undefined) yield sql<boolean>`record.image = ${image}`;
  if (q !== undefined)
    yield sql<boolean>`(position(lower(${q}) in lower(record.name)) > 0 OR starts_with(record.image, ${q})
      OR starts_with(record.image, 'sha256:' || ${q}) OR position(lower(${q}) in lower(array_to_string(image_fact.names, ' '))) > 0)`;
  if (verdict !== undefined) yield sql<boolean>`image_standing.worst_rank = ${ranks[verdict]}`;
  if (base !== undefined) yield sql<boolean>`(record.base_name = ${base} OR record.base_digest = ${base})`;
  if (team !== undefined) yield sql<boolean>`image_fact.team = ${team}`;
  if (running !== undefined || environment !== undefined) {
    const inPlace = environment === undefined ? sql`` : sql` AND container.environment = ${environment}`;
    const runs = sql<boolean>`EXISTS (SELECT 1 FROM container WHERE container.image = record.image AND until IS NULL${inPlace})`;
    yield running === false ? sql<boolean>`NOT ${runs}` : runs;
  }
  if (finding !== undefined)
    yield sql<boolean>`EXISTS (SELECT 1 FROM finding_life WHERE finding_life.image = record.image AND gone_at IS NULL
      AND (finding_life.name = ${finding} OR finding_life.finding = ${finding}))`;
  if (filter.package !== undefined) {
    const [name, version] = splitVersion(filter.package);
    yield sql<boolean>`EXISTS (SELECT 1 FROM package_use JOIN package ON package.id = package_use.package
      WHERE package_use.image = record.image AND package.name = ${name}
        AND (${version ?? null}::text IS NULL OR package.version = ${version ?? null}))`;
  }
}

/** An image is reached by its own team, and by that of a container that runs from it. */
export function isReached(reach: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`(image_fact.team = ANY(${[...reach]}::text[]) OR EXISTS (SELECT 1 FROM container
    WHERE container.image = record.image AND container.until IS NULL AND container.team = ANY(${[...reach]}::text[])))`;
}

/** `name@version`; a name of npm may begin with an @. */
export function splitVersion(text: string): readonly [string, string | undefined] {
  const at = text.lastIndexOf('@');
  return at <= 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Whether an image is kept and reached. */
export async function isImageReached(store: Store, image: string, reach: Reach): Promise<boolean> {
  const condition = reach === undefined ? sql`true` : isReached(reach);
  const { rows } = await sql`${planKept}SELECT 1 FROM record LEFT JOIN image_fact ON image_fact.image = record.image
    WHERE record.image = ${image} AND ${condition}`.execute(store.db);
  return rows.length > 0;
}

/**
 * The digest that a record is kept under, by any that means the same image: engines name images by their configuration, registries
 * by the index that they were asked for by, too.
 */
export async function imageOfDigest(store: Store, digest: string): Promise<string | undefined> {
  const { rows } = await sql<{ image: string }>`SELECT image FROM record WHERE image = ${digest}
    UNION ALL SELECT image FROM image_alias WHERE alias = ${digest} LIMIT 1`.execute(store.db);
  return rows[0]?.image;
}
