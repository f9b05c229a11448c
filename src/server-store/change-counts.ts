import { sql } from 'kysely';
import type { Store } from './store.ts';

/**
 * What the database counts changes of, each change in the transaction that makes it: `images` (records, their facts, tags),
 * `verdicts` (anything of them, when they were made too), `results` (their words alone), `lives` of findings, `places` (what runs
 * where), `seen` (when hosts were heard from), `bases`, `policies`, `people`; of the `ledger` its size.
 */
export type ChangeKind =
  'images' | 'verdicts' | 'results' | 'lives' | 'places' | 'seen' | 'bases' | 'policies' | 'people' | 'ledger';

/** How often each kind of thing was changed. */
export interface Counts {
  /** Equal for two moments between which nothing of these kinds was changed by anybody, and only for those. */
  stampOf(kinds: readonly ChangeKind[]): string;
}

/**
 * Reads how often things were changed. Many ask at once: all that ask while one look is under way are answered by the next, so that
 * nobody is told what was before they asked.
 */
export class ChangeCounts {
  readonly #store: Store;
  #running: Promise<unknown> | undefined;
  #next: Promise<Counts> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** As transactions leave it that had ended when this was called; perhaps later ones, too. */
  read(): Promise<Counts> {
    this.#next ??= this.#after(this.#running);
    return this.#next;
  }

  async #after(running: Promise<unknown> | undefined): Promise<Counts> {
    await running?.catch(() => undefined);
    const look = readCounts(this.#store);
    this.#running = look;
    this.#next = undefined;
    return look;
  }
}

interface CountRow {
  readonly kind: string;
  readonly n: string;
}

/** With when the server was started: one that takes another's place may have lost the last changes, and counts them anew. */
const text = `SELECT kind, sum(n)::text AS n FROM change_count GROUP BY kind
  UNION ALL SELECT 'ledger', max(sequence)::text FROM ledger_entry
  UNION ALL SELECT 'server', extract(epoch FROM pg_postmaster_start_time())::text`;

async function readCounts({ pool }: Store): Promise<Counts> {
  const { rows } = await pool.use((client) => client.query<CountRow>({ name: 'change-counts', text }));
  const counts = new Map(rows.map(({ kind, n }) => [kind, n]));
  return { stampOf: (kinds) => ['server', ...kinds].map((kind) => counts.get(kind) ?? '0').join(' ') };
}

/** Brings the counts of connections that have gone together; the sums stay what they are. */
export async function gatherCounts({ db }: Store): Promise<void> {
  await sql`WITH gone AS (DELETE FROM change_count WHERE (kind, backend) IN (
      SELECT kind, backend FROM change_count WHERE backend <> 0 ORDER BY kind, backend FOR UPDATE SKIP LOCKED) RETURNING kind, n)
    INSERT INTO change_count (kind, backend, n) SELECT kind, 0, sum(n) FROM gone GROUP BY kind ORDER BY kind
    ON CONFLICT (kind, backend) DO UPDATE SET n = change_count.n + excluded.n`.execute(db);
}
