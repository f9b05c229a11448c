import { sql } from 'kysely';
import type { Store } from '../store.ts';

/** Most rows that go in one statement, so that nobody waits long for it. */
const atOnce = 10_000;

/**
 * Forgets verdicts that turned before a moment, and messages that were sent or given up before it. Messages that wait stay, however old;
 * a turn of which nobody was told by then is only in the ledger. Gives how many went.
 */
export async function forgetTold(
  store: Store,
  before: Date,
): Promise<{ readonly turns: number; readonly messages: number }> {
  const at = before.toISOString();
  const removed = async (statement: ReturnType<typeof sql>): Promise<number> => {
    let sum = 0;
    for (;;) {
      const count = Number((await statement.execute(store.db)).numAffectedRows ?? 0);
      sum += count;
      if (count < atOnce) return sum;
    }
  };
  return {
    turns: await removed(
      sql`DELETE FROM turn WHERE id IN (SELECT id FROM turn WHERE at < ${at}::timestamptz ORDER BY id LIMIT ${atOnce})`,
    ),
    messages: await removed(sql`DELETE FROM message WHERE id IN (SELECT id FROM message
      WHERE state <> 'waiting' AND ended_at < ${at}::timestamptz ORDER BY id LIMIT ${atOnce})`),
  };
}
