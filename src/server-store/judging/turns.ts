import { sql } from 'kysely';
import type { Verdict } from '../../model/index.ts';
import { jsonText, plainText } from '../hostile-text.ts';
import type { Store } from '../store.ts';

/** Where an image runs. */
export interface RunningPlace {
  readonly image: string;
  readonly environment: string | null;
  readonly team: string | null;
  readonly containers: number;
  /** Of the workloads, or of the containers that belong to none; at most 20. */
  readonly names: readonly string[];
}

/** A verdict of an image turned. */
export interface Turn {
  readonly at: string;
  readonly image: string;
  readonly name: string;
  readonly scope: string;
  readonly before: Verdict['result'];
  readonly result: Verdict['result'];
  /** What made it turn: newer advisories, another policy, time. */
  readonly why: string;
  readonly team: string | null;
  /** Who it is for, where it runs, what is wrong and what mends it. */
  readonly body: object;
}

export interface KeptTurn extends Turn {
  readonly id: number;
}

/** Where images run now. */
export async function placesOf(store: Store, images: readonly string[]): Promise<readonly RunningPlace[]> {
  const { rows } =
    await sql<RunningPlace>`SELECT container.image, container.environment, container.team, count(*)::int AS containers,
      (array_agg(DISTINCT coalesce(workload.name, container.name) ORDER BY coalesce(workload.name, container.name)))[1:20] AS names
    FROM container LEFT JOIN workload ON workload.id = container.workload
    WHERE container.image = ANY(${images}::text[]) AND container.until IS NULL
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`.execute(store.db);
  return rows;
}

export async function keepTurns(store: Store, turns: readonly Turn[]): Promise<void> {
  if (turns.length === 0) return;
  const given = turns.map(({ before, ...turn }) => ({ ...turn, name: plainText(turn.name), result_before: before }));
  await sql`INSERT INTO turn (at, image, name, scope, result_before, result, why, team, body)
    SELECT at, image, name, scope, result_before, result, why, team, body
    FROM jsonb_to_recordset(${jsonText(given)}::jsonb) AS given (at timestamptz, image text, name text, scope text,
      result_before text, result text, why text, team text, body jsonb)`.execute(store.db);
}

/**
 * Turns of which nobody was told yet and that are older than the window, with all that came since: they go together. Marks them;
 * what is made of them must be kept in the same transaction.
 */
export async function takeTurns(
  store: Store,
  { before, now }: { readonly before: Date; readonly now: Date },
): Promise<readonly KeptTurn[]> {
  const { rows: old } =
    await sql`SELECT 1 FROM turn WHERE noticed_at IS NULL AND at <= ${before.toISOString()}::timestamptz
    LIMIT 1`.execute(store.db);
  if (old.length === 0) return [];
  const { rows } = await sql<KeptTurn>`UPDATE turn SET noticed_at = ${now.toISOString()}::timestamptz
    WHERE id IN (SELECT id FROM turn WHERE noticed_at IS NULL ORDER BY id LIMIT 5000 FOR UPDATE SKIP LOCKED)
    RETURNING id, at, image, name, scope, result_before AS before, result, why, team, body`.execute(store.db);
  return rows.toSorted((a, b) => a.id - b.id);
}
