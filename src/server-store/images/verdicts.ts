import { hash } from 'node:crypto';
import type { Verdict } from '../../model/index.ts';
import { jsonText } from '../hostile-text.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';

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
        .set({ judged_at: at, database_digest: verdict.databaseDigest ?? null, engine: verdict.engine })
        .where('id', '=', current.id)
        .execute();
      return { kind: 'same', before: current.result };
    }
    if (current !== undefined)
      await transaction.updateTable('verdict').set({ until: at }).where('id', '=', current.id).execute();
    await transaction
      .insertInto('verdict')
      .values({
        image: verdict.imageDigest,
        scope,
        result: verdict.result,
        policy_name: verdict.policy.name,
        policy_digest: verdict.policy.digest,
        database_digest: verdict.databaseDigest ?? null,
        engine: verdict.engine,
        violations: verdict.violations.length,
        worst: verdict.violations[0]?.severity ?? null,
        content_digest: content,
        body: jsonText(verdict),
        since: at,
        judged_at: at,
      })
      .execute();
    if (current === undefined) return { kind: 'first' };
    return { kind: current.result === verdict.result ? 'changed' : 'turned', before: current.result };
  });
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

function keptVerdict(row: {
  readonly image: string;
  readonly scope: string;
  readonly result: Verdict['result'];
  readonly body: unknown;
  readonly since: string;
  readonly judged_at: string;
  readonly until: string | null;
}): KeptVerdict {
  const { image, scope, result, body, since, judged_at: judgedAt, until } = row;
  return { image, scope, result, verdict: body as Verdict, since, judgedAt, until };
}

/** What a verdict says, whoever said it by whichever state of the advisories. */
function contentDigest({ databaseDigest, engine, ...said }: Verdict): string {
  void databaseDigest;
  void engine;
  return hash('sha256', JSON.stringify(said), 'hex');
}
