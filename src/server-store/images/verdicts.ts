import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { Verdict, Violation } from '../../model/index.ts';
import { planKept } from '../connection/kept-plans.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';
import { packVerdict, unpackVerdict, verdictColumns } from './verdict-rows.ts';

/** A verdict in its time: what it was, since when, until when. */
export interface KeptVerdict {
  readonly image: string;
  readonly scope: string;
  readonly result: Verdict['result'];
  readonly verdict: Verdict;
  readonly since: string;
  /** When it was last found to be so. */
  readonly judgedAt: string;
  /** null: it holds. */
  readonly until: string | null;
}

/** What keeping a verdict came to. `turned`: the word changed, which people want to hear of. */
export interface VerdictChange {
  readonly kind: 'first' | 'turned' | 'changed' | 'same';
  readonly before?: Verdict['result'];
}

/**
 * Keeps a verdict of an image in a scope. One that says the same as the one before it, whatever the age of the advisories, only
 * moves on the time of judging: history grows with what happens and not with how often is looked.
 */
export async function keepVerdict(
  store: Store,
  { verdict, scope, now }: { readonly verdict: Verdict; readonly scope: string; readonly now: Date },
): Promise<VerdictChange> {
  const at = now.toISOString();
  const content = contentDigest(verdict);
  return store.db.transaction().execute(async (transaction) => {
    await lockVerdicts({ db: transaction }, [verdict.imageDigest]);
    const current = await transaction
      .selectFrom('verdict')
      .select(['id', 'result', 'content_digest'])
      .where('image', '=', verdict.imageDigest)
      .where('scope', '=', scope)
      .where('until', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (current?.content_digest === content) {
      await transaction
        .updateTable('verdict')
        .set({
          judged_at: at,
          database_digest: verdict.databaseDigest ?? null,
          engine: verdict.engine,
          policy_digest: verdict.policy.digest,
        })
        .where('id', '=', current.id)
        .execute();
      return { kind: 'same', before: current.result };
    }
    if (current !== undefined)
      await transaction.updateTable('verdict').set({ until: at }).where('id', '=', current.id).execute();
    await transaction
      .insertInto('verdict')
      .values({ ...verdictColumns(verdict, content), scope, body: packVerdict(verdict), since: at, judged_at: at })
      .execute();
    if (current === undefined) return { kind: 'first' };
    return { kind: current.result === verdict.result ? 'changed' : 'turned', before: current.result };
  });
}

/** Any number: which of the locks of a text these are ("verd" in ASCII). */
const verdictLocks = 0x76657264;

/** Waits for whoever keeps verdicts of these images; they wait for us until the transaction ends. */
export async function lockVerdicts({ db }: Pick<Store, 'db'>, images: readonly string[]): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(image, ${verdictLocks}))
    FROM unnest(${images.toSorted()}::text[]) AS image`.execute(db);
}

/** The verdict that holds; undefined where none was made. */
export async function currentVerdict(store: Store, image: string, scope: string): Promise<KeptVerdict | undefined> {
  const row = await store.db
    .selectFrom('verdict')
    .selectAll()
    .where('image', '=', image)
    .where('scope', '=', scope)
    .where('until', 'is', null)
    .executeTakeFirst();
  return row === undefined ? undefined : keptVerdict(row);
}

/** The verdicts of an image that hold, the default scope first. */
export async function currentVerdicts(store: Store, image: string): Promise<readonly KeptVerdict[]> {
  const query = store.db
    .selectFrom('verdict')
    .modifyFront(planKept)
    .select(keptColumns)
    .where('image', '=', image)
    .where('until', 'is', null);
  return (
    await query
      .orderBy(sql`scope <> 'default'`)
      .orderBy('scope')
      .execute()
  ).map(keptVerdict);
}

/** Verdicts by their numbers: what they say never changes. */
export async function verdictsOfIds(store: Store, ids: readonly number[]): Promise<readonly Verdict[]> {
  const query = store.db
    .selectFrom('verdict')
    .modifyFront(planKept)
    .select(keptColumns)
    .where(sql<boolean>`id = ANY(${ids}::bigint[])`);
  return (
    await query
      .orderBy(sql`scope <> 'default'`)
      .orderBy('scope')
      .execute()
  ).map((row) => keptVerdict(row).verdict);
}

/** All verdicts of an image, newest first, in one scope or all. */
export async function verdictHistory(
  store: Store,
  image: string,
  options: PageOptions & { readonly scope?: string },
): Promise<Page<KeptVerdict>> {
  const size = pageSize(options);
  let query = store.db.selectFrom('verdict').selectAll().where('image', '=', image);
  if (options.scope !== undefined) query = query.where('scope', '=', options.scope);
  if (options.after !== undefined) query = query.where('id', '<', readCursor(options.after, ['number'])[0] as number);
  const rows = await query
    .orderBy('id', 'desc')
    .limit(size + 1)
    .execute();
  return pageOf(rows, size, { item: keptVerdict, cursor: ({ id }) => [id] });
}

/** How many images have which verdict in a scope now. */
export async function countVerdicts(store: Store, scope: string): Promise<Readonly<Record<Verdict['result'], number>>> {
  const rows = await store.db
    .selectFrom('verdict')
    .select(({ fn }) => ['result', fn.countAll<number>().as('n')])
    .where('scope', '=', scope)
    .where('until', 'is', null)
    .groupBy('result')
    .execute();
  return { pass: 0, fail: 0, 'cannot-tell': 0, ...Object.fromEntries(rows.map(({ result, n }) => [result, n])) };
}

const keptColumns = [
  ...(['image', 'scope', 'result', 'body', 'since', 'judged_at', 'until'] as const),
  ...(['database_digest', 'engine', 'policy_name', 'policy_digest'] as const),
] as const;

function keptVerdict(row: {
  readonly image: string;
  readonly scope: string;
  readonly result: Verdict['result'];
  readonly body: Buffer;
  readonly since: string;
  readonly judged_at: string;
  readonly until: string | null;
  readonly database_digest: string | null;
  readonly engine: string;
  readonly policy_name: string;
  readonly policy_digest: string;
}): KeptVerdict {
  const { image, scope, result, since, judged_at: judgedAt, until, database_digest: databaseDigest, engine } = row;
  // While it says the same, only the columns tell by what it was made the last time.
  const policy = { name: row.policy_name, digest: row.policy_digest };
  const verdict = {
    ...unpackVerdict(row.body),
    engine,
    policy,
    ...(databaseDigest === null ? {} : { databaseDigest }),
  };
  return { image, scope, result, verdict, since, judgedAt, until };
}

/** What a verdict says, whoever said it, by whichever state of the advisories and version of the policy. */
export function contentDigest(verdict: Verdict): string {
  const { result, policy, scope, vexDigest, evidenceDigest, rules, violations, warnings, doubts, waived } = verdict;
  // Texts one after the other: the order of members says nothing, and JSON of thousands of verdicts takes its time.
  let text = '';
  const add = (...parts: readonly (string | number | boolean | undefined)[]): void => {
    text += `${parts.join('\u001f')}\u001e`;
  };
  const addViolation = ({ id, rule, findingId, severity, what, why, owner, mend, place, waiver }: Violation): void => {
    // What the waiver says follows from the rest, but for whether a fix ends it.
    text += `${id}\u001f${rule}\u001f${findingId}\u001f${severity}\u001f${what}\u001f${why}\u001f${owner}\u001f${mend}\u001f${waiver.length}`;
    if (place !== undefined)
      text += `\u001f${place.path}\u001f${place.innerPath}\u001f${place.line}\u001f${place.configuration}\u001f${place.layer}\u001f${place.deletedIn}`;
    text += '\u001e';
  };
  add(result, policy.name, scope, vexDigest, evidenceDigest);
  for (const each of rules) add(each.rule, each.result, each.effect, each.count);
  add('violations', violations.length);
  violations.forEach(addViolation);
  add('warnings', warnings.length);
  warnings.forEach(addViolation);
  for (const { rule, stops, what, mend } of doubts) add(rule, stops, what, mend);
  add('waived', waived.length);
  for (const { violation, waiver } of waived) {
    addViolation(violation);
    add(waiver.id, waiver.owner, waiver.reason, waiver.expires);
  }
  for (const { id, why } of verdict.endedWaivers) add(id, why);
  return hash('sha256', text, 'hex');
}
