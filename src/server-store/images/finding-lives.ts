import { sql } from 'kysely';
import type { Finding, ImageRecord } from '../../model/index.ts';
import { planKept } from '../connection/kept-plans.ts';
import { jsonText } from '../hostile-text.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';

/** How long a finding has been there, and what became of it. */
export interface FindingLife {
  readonly image: string;
  readonly finding: string;
  readonly kind: string;
  /** The advisory, the rule, the check. */
  readonly name: string;
  readonly package: string | null;
  readonly severity: string;
  readonly owner: string;
  readonly firstSeen: string;
  /** When a fix was first known. */
  readonly firstFixable: string | null;
  readonly waivedSince: string | null;
  /** When it was no longer found: advisories changed their mind, or the image is judged by what it now holds. */
  readonly goneAt: string | null;
}

/** A time in which a finding was waived, or gone until it came back. */
export interface FindingPast {
  readonly finding: string;
  readonly state: 'waived' | 'gone';
  readonly since: string;
  readonly until: string;
}

/** Moves the lives of an image's findings on to what is found now. One that comes back lives on with its first date. */
export async function noteFindings(
  store: Store,
  {
    record,
    waived,
    now,
  }: {
    readonly record: Pick<ImageRecord, 'image' | 'findings'>;
    readonly waived: ReadonlySet<string>;
    readonly now: Date;
  },
): Promise<void> {
  const { image, findings } = record;
  await noteLives(store, [{ image: image.digest, changed: findings, present: findings, waived }], now);
}

/** What changed of the findings of an image. */
export interface ChangedLives {
  readonly image: string;
  /** Findings that are new, or of which something else is said. */
  readonly changed: readonly Finding[];
  /** All that are found now, where some may be gone; absent: none is. */
  readonly present?: readonly Finding[];
  /** Ids of those that are waived. */
  readonly waived: ReadonlySet<string>;
}

/** Moves the lives of the findings of many images on. */
export async function noteLives(store: Store, lives: readonly ChangedLives[], now: Date): Promise<void> {
  const at = now.toISOString();
  const given = lives.flatMap(({ image, changed, waived }) =>
    changed.map((finding) => ({
      image,
      finding: finding.id,
      kind: finding.kind,
      name: nameOf(finding),
      package: finding.kind === 'vulnerability' ? finding.packageName : null,
      severity: finding.severity,
      owner: finding.place.owner,
      fixable: finding.kind === 'vulnerability' && finding.fix.state === 'fixed',
      waived: waived.has(finding.id),
    })),
  );
  await store.db.transaction().execute(async (transaction) => {
    if (given.length > 0)
      await sql`WITH given AS (
        SELECT * FROM jsonb_to_recordset(${jsonText(given)}::jsonb) AS given (image text, finding text, kind text, name text,
          package text, severity text, owner text, fixable boolean, waived boolean)
      ), past AS (
        INSERT INTO finding_past (image, finding, state, since, until)
        SELECT image, finding, 'waived', waived_since, coalesce(gone_at, ${at}::timestamptz) FROM finding_life JOIN given USING (image, finding)
          WHERE waived_since IS NOT NULL AND NOT waived
        UNION ALL SELECT image, finding, 'gone', gone_at, ${at}::timestamptz FROM finding_life JOIN given USING (image, finding)
          WHERE gone_at IS NOT NULL
      )
      INSERT INTO finding_life (image, finding, kind, name, package, severity, owner, first_seen, first_fixable, waived_since)
      SELECT image, finding, kind, name, package, severity, owner, ${at}::timestamptz,
        CASE WHEN fixable THEN ${at}::timestamptz END, CASE WHEN waived THEN ${at}::timestamptz END
      FROM given ORDER BY image, finding
      ON CONFLICT (image, finding) DO UPDATE SET
        severity = excluded.severity, gone_at = NULL,
        first_fixable = coalesce(finding_life.first_fixable, excluded.first_fixable),
        waived_since = CASE WHEN excluded.waived_since IS NULL THEN NULL
          ELSE coalesce(finding_life.waived_since, excluded.waived_since) END
      WHERE finding_life.gone_at IS NOT NULL OR finding_life.severity <> excluded.severity
        OR (finding_life.first_fixable IS NULL AND excluded.first_fixable IS NOT NULL)
        OR (finding_life.waived_since IS NULL) <> (excluded.waived_since IS NULL)`.execute(transaction);
    const whole = lives.filter(({ present }) => present !== undefined);
    if (whole.length === 0) return;
    const there = whole.flatMap(({ image, present }) => present!.map(({ id }) => ({ image, id })));
    await sql`WITH present AS MATERIALIZED (
        SELECT image, finding FROM unnest(${there.map(({ image }) => image)}::text[], ${there.map(({ id }) => id)}::text[]) AS given (image, finding)
      ), over AS (
        SELECT image, finding, waived_since FROM finding_life AS life
          WHERE image = ANY(${whole.map(({ image }) => image)}::text[]) AND gone_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM present WHERE present.image = life.image AND present.finding = life.finding)
      ), past AS (
        INSERT INTO finding_past (image, finding, state, since, until)
        SELECT image, finding, 'waived', waived_since, ${at}::timestamptz FROM over WHERE waived_since IS NOT NULL
      )
      UPDATE finding_life SET gone_at = ${at}::timestamptz, waived_since = NULL FROM over
        WHERE finding_life.image = over.image AND finding_life.finding = over.finding`.execute(transaction);
  });
}

/** Findings that are still there, the longest first. */
export async function oldestFindings(store: Store, options: PageOptions): Promise<Page<FindingLife>> {
  const size = pageSize(options);
  let query = store.db.selectFrom('finding_life').selectAll().where('gone_at', 'is', null);
  if (options.after !== undefined) {
    const [seen, image, finding] = readCursor(options.after, ['string', 'string', 'string']);
    query = query.where(sql<boolean>`(first_seen, image, finding) > (${seen}::timestamptz, ${image}, ${finding})`);
  }
  const rows = await query
    .orderBy('first_seen')
    .orderBy('image')
    .orderBy('finding')
    .limit(size + 1)
    .execute();
  return pageOf(rows, size, { item: lifeOf, cursor: (row) => [row.first_seen, row.image, row.finding] });
}

/** The lives of an image's findings, those that are gone too. */
export async function findingsOf(store: Store, image: string): Promise<readonly FindingLife[]> {
  const rows = await store.db
    .selectFrom('finding_life')
    .modifyFront(planKept)
    .select(lifeColumns)
    .where('image', '=', image)
    .orderBy('finding')
    .execute();
  return rows.map(lifeOf);
}

/** What was said of an image's findings for a time and holds no more, by finding, in the order in which it was. */
export async function findingPasts(store: Store, image: string): Promise<readonly FindingPast[]> {
  return store.db
    .selectFrom('finding_past')
    .modifyFront(planKept)
    .select(['finding', 'state', 'since', 'until'])
    .where('image', '=', image)
    .orderBy('finding')
    .orderBy('since')
    .orderBy('until')
    .execute();
}

/** Digests of the images in which something of that name was ever found. */
export async function imagesWithFinding(store: Store, name: string): Promise<readonly string[]> {
  const { rows } = await sql<{ image: string }>`SELECT DISTINCT image FROM finding_life WHERE name = ${name}`.execute(
    store.db,
  );
  return rows.map(({ image }) => image);
}

function nameOf(finding: Finding): string {
  switch (finding.kind) {
    case 'vulnerability':
      return finding.advisory;
    case 'secret':
      return finding.rule;
    case 'private-key':
      return finding.format;
    case 'misconfiguration':
      return finding.check;
    case 'bloat':
      return finding.category;
  }
}

const lifeColumns = [
  ...(['image', 'finding', 'kind', 'name', 'package', 'severity', 'owner'] as const),
  ...(['first_seen', 'first_fixable', 'waived_since', 'gone_at'] as const),
] as const;

function lifeOf(row: {
  readonly image: string;
  readonly finding: string;
  readonly kind: string;
  readonly name: string;
  readonly package: string | null;
  readonly severity: string;
  readonly owner: string;
  readonly first_seen: string;
  readonly first_fixable: string | null;
  readonly waived_since: string | null;
  readonly gone_at: string | null;
}): FindingLife {
  const { image, finding, kind, name, severity, owner } = row;
  return {
    image,
    finding,
    kind,
    name,
    package: row.package,
    severity,
    owner,
    firstSeen: row.first_seen,
    firstFixable: row.first_fixable,
    waivedSince: row.waived_since,
    goneAt: row.gone_at,
  };
}
