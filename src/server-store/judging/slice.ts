import { sql } from 'kysely';
import type { ImageRecord, Verdict } from '../../model/index.ts';
import { jsonText } from '../hostile-text.ts';
import { noteLives } from '../images/finding-lives.ts';
import { packVerdict, type VerdictColumns, verdictColumns } from '../images/verdict-rows.ts';
import { contentDigest, lockVerdicts } from '../images/verdicts.ts';
import type { Store } from '../store.ts';
import { changedLives } from './changed-lives.ts';

/** A verdict that holds, without its contents. */
export interface CurrentVerdict {
  readonly id: number;
  readonly scope: string;
  readonly result: Verdict['result'];
  readonly content: string;
}

/** An image that is to be judged again. */
export interface DueImage {
  readonly image: string;
  readonly why: string;
  /** The name under which it was last scanned. */
  readonly name: string;
  readonly team: string | null;
  readonly owner: string | null;
  /** Where its record lies. */
  readonly body: string;
  /** Why that is known to be lost or damaged; null where it is not. */
  readonly unreadable: string | null;
  /** As much of the record as rules ask for, as it was kept; null where it is not there, or of another record. */
  readonly input: Buffer | null;
  /** What was found when the lives of its findings were last moved on, as `NewJudgement.lives`. */
  readonly lives: string | null;
  /** When time alone was to turn it, and whether it could not be told because of the advisories' age. */
  readonly nextAt: string | null;
  readonly isStale: boolean | null;
  readonly current: readonly CurrentVerdict[];
}

/** What is kept to judge images again; those are left out of which nothing is, or of another record. */
export async function judgingInputs(store: Store, images: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const { rows } = await sql<{ image: string; input: Buffer }>`SELECT judgement.image, input FROM judgement
    JOIN record ON record.image = judgement.image AND record.body = judgement.body
    WHERE judgement.image = ANY(${images}::text[]) AND length(input) > 0`.execute(store.db);
  return new Map(rows.map(({ image, input }) => [image, input]));
}

/** Some of the images that are due. Others leave them alone until the transaction ends; it must end with `keepJudgements`. */
export async function takeDue(
  store: Store,
  limit: number,
  except: readonly string[] = [],
): Promise<readonly DueImage[]> {
  const { rows: due } = await sql<{ image: string }>`SELECT image FROM judging_due
    WHERE image <> ALL(${except}::text[]) ORDER BY image LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(store.db);
  if (due.length === 0) return [];
  const images = due.map(({ image }) => image);
  // Scans keep verdicts, too: whoever comes second waits, and sees what the first has kept.
  await lockVerdicts(store, images);
  const { rows: current } = await sql<CurrentVerdict & { image: string }>`SELECT id, image, scope, result,
    content_digest AS content FROM verdict WHERE image = ANY(${images}::text[]) AND until IS NULL
    ORDER BY image, scope FOR UPDATE`.execute(store.db);
  const byImage = Map.groupBy(current, ({ image }) => image);
  // By keys, one after the other, whatever the planner believes of tables that grow by a fleet at once.
  const { rows } = await sql<
    Omit<DueImage, 'current'>
  >`SELECT judging_due.image, why, record.name, team, owner, record.body,
      CASE WHEN unreadable_since IS NOT NULL THEN coalesce(unreadable_why, 'it is lost') END AS unreadable,
      CASE WHEN judgement.body = record.body THEN input END AS input,
      CASE WHEN judgement.body = record.body THEN lives END AS lives, next_at AS "nextAt", is_stale AS "isStale"
    FROM judging_due, LATERAL (SELECT * FROM record WHERE record.image = judging_due.image LIMIT 1) AS record
    LEFT JOIN LATERAL (SELECT * FROM image_fact WHERE image_fact.image = record.image LIMIT 1) AS image_fact ON true
    LEFT JOIN LATERAL (SELECT * FROM judgement WHERE judgement.image = record.image LIMIT 1) AS judgement ON true
    LEFT JOIN LATERAL (SELECT * FROM body WHERE body.digest = record.body LIMIT 1) AS body ON true
    WHERE judging_due.image = ANY(${images}::text[]) ORDER BY judging_due.image`.execute(store.db);
  return rows.map((row) => ({ ...row, current: byImage.get(row.image) ?? [] }));
}

/** By what a verdict was made. */
type MadeBy = Pick<Verdict, 'databaseDigest' | 'policy' | 'engine'>;

/** A verdict of an image that is due, beside the one that holds. Of one that says the same no more is left than by what it was made. */
export type ComparedVerdict =
  | { readonly same: CurrentVerdict; readonly madeBy: MadeBy }
  | { readonly verdict: Verdict; readonly content: string; readonly before: CurrentVerdict | undefined };

/** Compares a verdict with the one that holds in its scope, so that what is to be thrown away need not wait for a slice's end. */
export function compareVerdict({ current }: DueImage, verdict: Verdict): ComparedVerdict {
  const content = contentDigest(verdict);
  const before = current.find(({ scope }) => scope === verdict.scope);
  const { databaseDigest, policy, engine } = verdict;
  return before?.content === content
    ? { same: before, madeBy: { databaseDigest, policy, engine } }
    : { verdict, content, before };
}

/** What an image was judged to be. */
export interface NewJudgement {
  readonly due: DueImage;
  readonly verdicts: readonly ComparedVerdict[];
  /** What is to be kept as the next time's input; absent: what is there is right. */
  readonly input?: Buffer;
  /** A word for each finding, in their order, that changes with all that its life depends on; as `due` has it: nothing is told. */
  readonly lives: string | null;
  readonly record: Pick<ImageRecord, 'image' | 'findings'>;
  readonly waived: ReadonlySet<string>;
  readonly nextAt?: Date;
  /** It can't be told because the advisories are too old: newer ones are news. */
  readonly isStale: boolean;
}

/** A verdict whose word is another, or new. */
export interface TurnedVerdict {
  readonly due: DueImage;
  readonly verdict: Verdict;
  /** Absent: there was none. */
  readonly before?: Verdict['result'];
}

/** Keeps judgements of images that `takeDue` gave: they are no longer due. Gives the verdicts whose word is another or new. */
export async function keepJudgements(
  store: Store,
  judgements: readonly NewJudgement[],
  now: Date,
): Promise<readonly TurnedVerdict[]> {
  const at = now.toISOString();
  const same: Confirmed[] = [];
  const ended: number[] = [];
  const fresh: VerdictColumns[] = [];
  const bodies: Buffer[] = [];
  const turned: TurnedVerdict[] = [];
  for (const { due, verdicts } of judgements) {
    const left = new Set(due.current);
    for (const compared of verdicts) {
      if ('same' in compared) {
        same.push(compared);
        left.delete(compared.same);
        continue;
      }
      const { verdict, content, before } = compared;
      fresh.push(verdictColumns(verdict, content));
      bodies.push(packVerdict(verdict));
      if (before === undefined) turned.push({ due, verdict });
      else if (before.result !== verdict.result) turned.push({ due, verdict, before: before.result });
    }
    // What says something else now, and scopes that the policy no longer has, or no longer has for this image.
    for (const { id } of left) ended.push(id);
  }
  await confirm(store, same, at);
  if (ended.length > 0)
    await sql`UPDATE verdict SET until = ${at}::timestamptz WHERE id = ANY(${ended}::bigint[])`.execute(store.db);
  if (fresh.length > 0) await insertVerdicts(store, fresh, { bodies, at });
  const lives = judgements.flatMap(({ due, lives: after, record, waived }) =>
    changedLives(due.image, { before: due.lives, after, findings: record.findings, waived }),
  );
  if (lives.length > 0) await noteLives(store, lives, now);
  await keepStates(store, judgements, at);
  await sql`DELETE FROM judging_due WHERE image = ANY(${judgements.map(({ due }) => due.image)}::text[])`.execute(
    store.db,
  );
  return turned;
}

type Confirmed = Extract<ComparedVerdict, { readonly same: unknown }>;

/** Verdicts that say the same as before, perhaps by something newer. */
async function confirm(store: Store, same: readonly Confirmed[], at: string): Promise<void> {
  // Nearly always all of one database, engine and policy.
  const groups = Map.groupBy(same, ({ madeBy }) => `${madeBy.databaseDigest} ${madeBy.policy.digest} ${madeBy.engine}`);
  for (const group of groups.values()) {
    const { databaseDigest = null, policy, engine } = group[0]!.madeBy;
    await sql`UPDATE verdict SET judged_at = ${at}::timestamptz, database_digest = ${databaseDigest}, engine = ${engine},
      policy_digest = ${policy.digest} WHERE id = ANY(${group.map(({ same: { id } }) => id)}::bigint[])`.execute(
      store.db,
    );
  }
}

async function insertVerdicts(
  store: Store,
  rows: readonly VerdictColumns[],
  { bodies, at }: { readonly bodies: readonly Buffer[]; readonly at: string },
): Promise<void> {
  // One after the other in one parameter: as an array they would be sent as text, and read back from it.
  let end = 1;
  const given = rows.map((row, i) => {
    const start = end;
    end += bodies[i]!.length;
    return { ...row, start, bytes: bodies[i]!.length };
  });
  await sql`INSERT INTO verdict (image, scope, result, policy_name, policy_digest, database_digest, engine, violations, worst,
      content_digest, body, why, waivers, since, judged_at)
    SELECT image, scope, result, policy_name, policy_digest, database_digest, engine, violations, worst, content_digest,
      substr(${Buffer.concat(bodies)}::bytea, start, bytes), why, waivers, ${at}::timestamptz, ${at}::timestamptz
    FROM jsonb_to_recordset(${jsonText(given)}::jsonb) AS given (image text, scope text, result text, policy_name text,
      policy_digest text, database_digest text, engine text, violations int, worst text, content_digest text, why text, waivers text[],
      start int, bytes int)`.execute(store.db);
}

async function keepStates(store: Store, judgements: readonly NewJudgement[], at: string): Promise<void> {
  const states = judgements
    .filter(({ due, input, lives, nextAt, isStale }) => {
      const isSame = due.lives === lives && due.isStale === isStale && due.nextAt === (nextAt?.toISOString() ?? null);
      return input !== undefined || !isSame;
    })
    .map(({ due, lives, nextAt, isStale }) => ({
      image: due.image,
      lives,
      next_at: nextAt?.toISOString() ?? null,
      is_stale: isStale,
    }));
  const fresh = judgements.filter(({ input }) => input !== undefined);
  if (fresh.length > 0)
    await sql`INSERT INTO judgement (image, body, input, judged_at)
      SELECT image, body, input, ${at}::timestamptz FROM unnest(${fresh.map(({ due }) => due.image)}::text[],
        ${fresh.map(({ due }) => due.body)}::text[], ${fresh.map(({ input }) => input)}::bytea[]) AS given (image, body, input)
      ORDER BY image ON CONFLICT (image) DO UPDATE SET body = excluded.body, input = excluded.input`.execute(store.db);
  if (states.length === 0) return;
  await sql`UPDATE judgement SET lives = given.lives, next_at = given.next_at, is_stale = given.is_stale, judged_at = ${at}::timestamptz
    FROM jsonb_to_recordset(${jsonText(states)}::jsonb) AS given (image text, lives text, next_at timestamptz, is_stale boolean)
    WHERE judgement.image = given.image AND (judgement.lives IS DISTINCT FROM given.lives
      OR judgement.next_at IS DISTINCT FROM given.next_at OR judgement.is_stale <> given.is_stale)`.execute(store.db);
}
