import { sql } from 'kysely';
import { CodedError, type Digest, type ImageRecord, parseDigest } from '../../model/index.ts';
import type { Bodies, StagedBody } from '../bodies/bodies.ts';
import { plainText } from '../hostile-text.ts';
import { noteAliases } from '../inventory/image-match.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';
import { indexPackages } from './package-index.ts';

/** A kept record in a list, without its contents. */
export interface RecordSummary {
  readonly image: string;
  /** The name under which it was last scanned. */
  readonly name: string;
  readonly platform: string | null;
  readonly os: string | null;
  readonly base: { readonly name: string | null; readonly digest: string | null } | null;
  readonly sizeBytes: number;
  readonly packages: number;
  readonly problems: number;
  readonly databaseDigest: string | null;
  readonly keptAt: string;
  /** Its verdict in the scope that was asked for; null where none was made. */
  readonly verdict: string | null;
  readonly violations: number | null;
  readonly worst: string | null;
  /** Containers that run from it now. */
  readonly running: number;
}

/** Keeps what is known of an image, in place of what was known before; its packages become findable. */
export async function keepRecord(
  store: Store,
  bodies: Bodies,
  kept: {
    readonly record: ImageRecord;
    readonly name: string;
    readonly now: Date;
    /** What `stageRecord` gave of it, where that was done before a transaction. */
    readonly staged?: StagedBody;
  },
): Promise<void> {
  const { record, name, now } = kept;
  const body = await bodies.keep(kept.staged ?? (await stageRecord(bodies, record, name)));
  const { image, base } = record;
  const osName = record.operatingSystem?.prettyName;
  const row = {
    body,
    name: plainText(name),
    platform: image.platform === undefined ? null : plainText(image.platform),
    os: osName === undefined ? null : plainText(osName),
    engine: record.engine,
    database_digest: record.advisories?.databaseDigest ?? null,
    base_name: base?.name === undefined ? null : plainText(base.name),
    base_digest: base?.digest ?? null,
    size_bytes: record.statistics.sizeBytes,
    packages: record.packages.length,
    problems: record.problems.length,
    kept_at: now.toISOString(),
  };
  await store.db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('record')
      .values({ image: image.digest, ...row })
      .onConflict((conflict) => conflict.column('image').doUpdateSet(row))
      .execute();
    await indexPackages(transaction, record);
    await noteAliases(transaction, image.digest, [image.manifestDigest, image.configDigest]);
  });
}

/** Brings a record to where it is to lie, which may take a while; `keepRecord` then keeps it. */
export function stageRecord(bodies: Bodies, record: ImageRecord, name: string): Promise<StagedBody> {
  const { kind, manifestDigest } = record.image;
  const isInRegistry = kind === 'image' && manifestDigest !== undefined;
  return bodies.stage(Buffer.from(JSON.stringify(record)), { name, ...(isInRegistry ? { manifestDigest } : {}) });
}

/** The whole record of an image; undefined where none is kept. @throws CodedError as `Bodies.get`. */
export async function getRecord(store: Store, bodies: Bodies, image: string): Promise<ImageRecord | undefined> {
  const row = await store.db.selectFrom('record').select('body').where('image', '=', image).executeTakeFirst();
  if (row === undefined) return undefined;
  const content = await bodies.get(row.body);
  if (content === undefined)
    throw new CodedError('body-unreadable', `the record of ${image} is listed, but its body ${row.body} is gone`);
  return JSON.parse(content.toString()) as ImageRecord;
}

export interface RecordFilter extends PageOptions {
  /** In which scope the verdict is told. */
  readonly scope: string;
  readonly result?: 'pass' | 'fail' | 'cannot-tell';
  /** Part of the name. */
  readonly name?: string;
  /** Images built on that base. */
  readonly base?: Digest;
  /** Only what runs somewhere, or only there. */
  readonly environment?: string | true;
}

/** Records by name, with verdict and what runs of them. */
export async function listRecords(store: Store, filter: RecordFilter): Promise<Page<RecordSummary>> {
  const size = pageSize(filter);
  const { scope, result, name, base, environment, after } = filter;
  let query = store.db
    .selectFrom('record')
    .leftJoin('verdict', (join) =>
      join.onRef('verdict.image', '=', 'record.image').on('verdict.scope', '=', scope).on('verdict.until', 'is', null),
    )
    .select([
      'record.image',
      'record.name',
      'platform',
      'os',
      'base_name',
      'base_digest',
      'size_bytes',
      'packages',
      'problems',
      'record.database_digest',
      'kept_at',
      'verdict.result',
      'verdict.violations',
      'verdict.worst',
    ])
    .select((eb) =>
      eb
        .selectFrom('container')
        .select(sql<number>`count(*)`.as('n'))
        .whereRef('container.image', '=', 'record.image')
        .where('container.until', 'is', null)
        .as('running'),
    );
  if (result !== undefined) query = query.where('verdict.result', '=', result);
  if (name !== undefined) query = query.where(sql<boolean>`position(lower(${name}) in lower(record.name)) > 0`);
  if (base !== undefined) query = query.where('base_digest', '=', base);
  if (environment !== undefined)
    query = query.where((eb) => {
      const running = eb
        .selectFrom('container')
        .select('container.id')
        .whereRef('container.image', '=', 'record.image')
        .where('container.until', 'is', null);
      return eb.exists(environment === true ? running : running.where('container.environment', '=', environment));
    });
  if (after !== undefined) {
    const [afterName, afterImage] = readCursor(after, ['string', 'string']);
    query = query.where(sql<boolean>`(record.name, record.image) > (${afterName}, ${afterImage})`);
  }
  const rows = await query
    .orderBy('record.name')
    .orderBy('record.image')
    .limit(size + 1)
    .execute();
  return pageOf(rows, size, {
    item: (row) => ({
      image: row.image,
      name: row.name,
      platform: row.platform,
      os: row.os,
      base:
        row.base_name === null && row.base_digest === null ? null : { name: row.base_name, digest: row.base_digest },
      sizeBytes: row.size_bytes,
      packages: row.packages,
      problems: row.problems,
      databaseDigest: row.database_digest,
      keptAt: row.kept_at,
      verdict: row.result,
      violations: row.violations,
      worst: row.worst,
      running: row.running ?? 0,
    }),
    cursor: (row) => [row.name, row.image],
  });
}

/** Digests of all images that have a record, in parts: what a complete re-judging walks. */
export async function* allImages(store: Store): AsyncGenerator<readonly Digest[]> {
  for (let last = ''; ;) {
    const rows = await store.db
      .selectFrom('record')
      .select('image')
      .where('image', '>', last)
      .orderBy('image')
      .limit(1000)
      .execute();
    if (rows.length === 0) return;
    yield rows.flatMap(({ image }) => parseDigest(image) ?? []);
    last = rows.at(-1)!.image;
  }
}
