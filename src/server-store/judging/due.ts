import { sql } from 'kysely';
import { plainText } from '../hostile-text.ts';
import { readSetting, writeSetting } from '../service/sources.ts';
import type { Store } from '../store.ts';
import { inTransaction } from '../transaction.ts';

/** By what all current verdicts were made, but for images that are due. */
export interface JudgingState {
  readonly policyDigest: string | null;
  readonly databaseDigest: string | null;
  readonly databaseBuiltAt: string | null;
  /** The last change of VEX documents that was noticed; 0: there was none. */
  readonly vexChange: number;
  /** Digest of whose word counted; null: nobody's was asked. */
  readonly trustedBy: string | null;
  /** When the file was made, however old its data. */
  readonly databaseMadeAt: string | null;
}

export async function judgingState(store: Store): Promise<JudgingState> {
  const row = await store.db.selectFrom('judging_state').selectAll().executeTakeFirstOrThrow();
  return {
    policyDigest: row.policy_digest,
    databaseDigest: row.database_digest,
    databaseBuiltAt: row.database_built_at,
    vexChange: row.vex_change,
    trustedBy: row.trusted_by,
    databaseMadeAt: row.database_made_at,
  };
}

/** Reads it for whoever judges by it: until the transaction ends nobody changes it. */
export async function shareJudgingState(store: Store): Promise<JudgingState> {
  await sql`SELECT 1 FROM judging_state FOR SHARE`.execute(store.db);
  return judgingState(store);
}

/** Reads it for whoever is about to change it: others wait until the transaction ends. */
export async function lockJudgingState(store: Store): Promise<JudgingState> {
  await sql`SELECT 1 FROM judging_state FOR UPDATE`.execute(store.db);
  return judgingState(store);
}

export async function setJudgingState(store: Store, state: JudgingState): Promise<void> {
  await store.db
    .updateTable('judging_state')
    .set({
      policy_digest: state.policyDigest,
      database_digest: state.databaseDigest,
      database_built_at: state.databaseBuiltAt,
      vex_change: state.vexChange,
      trusted_by: state.trustedBy,
      database_made_at: state.databaseMadeAt,
    })
    .execute();
}

/** The policy by which everything was judged, as JSON; undefined where it is not known. */
export async function judgingPolicy(store: Store, digest: string | null): Promise<string | undefined> {
  if (digest === null) return undefined;
  const row = await store.db
    .selectFrom('judging_policy')
    .select('policy')
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row?.policy;
}

/** Keeps the policy by which everything is judged from now on, as JSON. */
export async function keepJudgingPolicy(store: Store, digest: string, policy: string): Promise<void> {
  const row = { digest, policy: plainText(policy) };
  await store.db
    .insertInto('judging_policy')
    .values(row)
    .onConflict((conflict) => conflict.column('one').doUpdateSet(row))
    .execute();
}

/** Every recorded image by the names that patterns may know it by, in order. */
export async function namedImages(
  store: Store,
): Promise<
  readonly { readonly digest: string; readonly reference: string; readonly otherDigests: readonly string[] }[]
> {
  const { rows } = await sql<{
    digest: string;
    reference: string;
    otherDigests: string[];
  }>`SELECT record.image AS digest,
      name AS reference, coalesce(array_agg(alias) FILTER (WHERE alias IS NOT NULL), '{}') AS "otherDigests"
    FROM record LEFT JOIN image_alias ON image_alias.image = record.image GROUP BY record.image ORDER BY record.image`.execute(
    store.db,
  );
  return rows;
}

/**
 * Asks for images to be judged again: what the reason touches. An image that is due already stays so. Waits for whoever judges
 * one of them at this moment, so that what is asked is never taken for done.
 * @returns how many images are due by it.
 */
export async function judgeAgain(
  store: Store,
  {
    images,
    why,
  }: {
    readonly images: readonly string[] | 'all' | 'stale' | 'new' | { readonly dueBefore: Date };
    readonly why: string;
  },
): Promise<number> {
  const which =
    images === 'all'
      ? sql`TRUE`
      : images === 'stale'
        ? sql`image IN (SELECT image FROM judgement WHERE is_stale)`
        : images === 'new'
          ? sql`NOT EXISTS (SELECT 1 FROM judgement WHERE judgement.image = record.image AND judgement.body = record.body)`
          : 'dueBefore' in images
            ? sql`image IN (SELECT image FROM judgement WHERE next_at <= ${images.dueBefore.toISOString()}::timestamptz)`
            : sql`image = ANY(${images}::text[])`;
  const { numAffectedRows } = await sql`INSERT INTO judging_due (image, why)
    SELECT image, ${plainText(why)} FROM record WHERE ${which} ORDER BY image
    ON CONFLICT (image) DO UPDATE SET why = CASE WHEN position(excluded.why IN judging_due.why) > 0
      OR length(judging_due.why) > 500 THEN judging_due.why ELSE judging_due.why || '; ' || excluded.why END`.execute(
    store.db,
  );
  return Number(numAffectedRows ?? 0);
}

/** How many images wait. */
export async function countDue(store: Store): Promise<number> {
  const { n } = await store.db
    .selectFrom('judging_due')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

/** The next moment at which time alone may turn a verdict; undefined where none will. */
export async function nextJudging(store: Store): Promise<string | undefined> {
  const { rows } = await sql<{ next: string | null }>`SELECT min(next_at) AS next FROM judgement`.execute(store.db);
  return rows[0]?.next ?? undefined;
}

const restsOn = 'verdicts-rest-on';

/**
 * Writes into current verdicts the policy and the database by which all is judged now, where what changed did not touch them and so
 * none was made anew. Beside judging, since it touches no image that is due; what is cut off is done by the next run, whichever
 * process has it. A verdict that somebody holds at this moment says itself by what it was made.
 */
export async function restVerdicts(
  store: Store,
  {
    policyDigest,
    databaseDigest,
    now,
  }: { readonly policyDigest: string; readonly databaseDigest: string | null; readonly now: Date },
): Promise<void> {
  const on = `${policyDigest} ${databaseDigest}`;
  if ((await readSetting(store, restsOn)) === on) return;
  await inTransaction(store, async ({ store: inner }) => {
    const state = await shareJudgingState(inner);
    // Others may have noticed something newer meanwhile.
    if (state.policyDigest !== policyDigest || state.databaseDigest !== databaseDigest) return;
    await sql`UPDATE verdict SET policy_digest = ${policyDigest}, judged_at = ${now.toISOString()}::timestamptz,
        database_digest = coalesce(${databaseDigest}::text, database_digest)
      WHERE id IN (SELECT id FROM verdict WHERE until IS NULL
        AND (policy_digest <> ${policyDigest} OR database_digest IS DISTINCT FROM coalesce(${databaseDigest}::text, database_digest))
        AND NOT EXISTS (SELECT 1 FROM judging_due WHERE judging_due.image = verdict.image) FOR UPDATE SKIP LOCKED)`.execute(
      inner.db,
    );
    await writeSetting(inner, restsOn, on);
  });
}
