import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import {
  type Frontier,
  type LedgerEvent,
  originHash,
  type PreparedEvent,
  prepareEvent,
  type SealedEntry,
  sealEntry,
  type TreeNode,
} from '../../ledger/index.ts';
import { CodedError } from '../../model/index.ts';
import { isConnectionLost, storeError } from '../connection/errors.ts';
import type { Store } from '../store.ts';
import { insertEntries } from './insert-entries.ts';
import { isKept, readFrontier } from './kept-tree.ts';
import { ledgerId } from './ledger-id.ts';

export interface LedgerWriterOptions {
  /** Most entries that are written at once. Default 2,000. */
  readonly maxBatch?: number;
  /** Most events that may wait. Default 100,000. */
  readonly maxWaiting?: number;
  /** How long a database that has gone is waited for. Default 30 s. */
  readonly patienceMs?: number;
}

/** Where an event stands, once it is safe on disk. */
export interface Appended {
  readonly sequence: number;
  /** RFC 3339 */
  readonly time: string;
  /** Hex: the entry's hash. */
  readonly hash: string;
}

interface Waiting {
  readonly event: PreparedEvent;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** What the ledger ends with. */
interface End {
  readonly sequence: number;
  readonly hash: string;
  /** RFC 3339: the last entry's time. */
  readonly time: string;
  /** The database's clock: one for all writers. */
  readonly now: string;
}

/** Any number, the same for all processes: who holds this lock writes ("ledg" in ASCII). */
export const lockKey = 0x6c656467;
const largestBatchBytes = 8 << 20;
/** Above this many entries of others, the tree's edge is read anew instead of being moved on. */
const farBehind = 4096;

/**
 * Writes events to the ledger, in the order in which they come. All that come while others are being written go together into
 * one transaction, so that many callers share one flush to disk. Writers of any number of processes take turns.
 *
 * What `append` resolves is on disk. When it rejects with `store-unreachable`, the entry may or may not be there; with any other
 * error it is not.
 */
export class LedgerWriter {
  readonly #store: Store;
  readonly #maxBatch: number;
  readonly #maxWaiting: number;
  readonly #patienceMs: number;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;
  /** The tree's edge after the last entry that this writer knows of. */
  #frontier: Frontier | undefined;
  #lastHash = '';
  #ledger: string | undefined;

  constructor(store: Store, options: LedgerWriterOptions = {}) {
    this.#store = store;
    this.#maxBatch = options.maxBatch ?? 2000;
    this.#maxWaiting = options.maxWaiting ?? 100_000;
    this.#patienceMs = options.patienceMs ?? 30_000;
  }

  /** Resolves once the event is safe. @throws CodedError `ledger-entry-refused`, `ledger-busy`, `store-full`, `store-unreachable`. */
  append(event: LedgerEvent): Promise<Appended> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed)
        throw new CodedError('ledger-closed', 'the ledger takes nothing more: the program is stopping');
      if (this.#waiting.length >= this.#maxWaiting)
        throw new CodedError('ledger-busy', `${this.#maxWaiting} events wait to be written already`);
      this.#waiting.push({ event: prepareEvent(event), resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Waits for what was given to it; takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Whatever comes in the same turn goes into the same batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#batchSize());
      await this.#writeForSure(batch);
    }
    this.#running = undefined;
  }

  /** How many of those that wait go at once: bounded in number and in bytes, but at least one. */
  #batchSize(): number {
    const most = Math.min(this.#maxBatch, this.#waiting.length);
    let bytes = 0;
    let size = 0;
    while (size < most && (bytes += this.#waiting[size]!.event.bytes) <= largestBatchBytes) size++;
    return Math.max(1, size);
  }

  /** Writes a batch; tries again where the connection was lost, without ever writing twice. */
  async #writeForSure(batch: readonly Waiting[]): Promise<void> {
    const began = Date.now();
    let tried: readonly SealedEntry[] = [];
    const onSealed = (sealed: readonly SealedEntry[]): void => void (tried = sealed);
    for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
      try {
        const before = tried;
        const written = await this.#store.pool.use((client) => this.#write(client, batch, { before, onSealed }));
        batch.forEach(({ resolve }, i) => resolve(appended(written[i]!)));
        return;
      } catch (error) {
        this.#frontier = undefined;
        if (isConnectionLost(error) && Date.now() - began < this.#patienceMs) {
          await sleep(pauseMs);
          continue;
        }
        for (const { reject } of batch) reject(storeError(error));
        return;
      }
    }
  }

  async #write(
    client: PoolClient,
    batch: readonly Waiting[],
    {
      before,
      onSealed,
    }: { readonly before: readonly SealedEntry[]; readonly onSealed: (sealed: SealedEntry[]) => void },
  ): Promise<readonly SealedEntry[]> {
    this.#ledger ??= await ledgerId(client);
    const end = await lockAndReadEnd(client, this.#ledger);
    // Of an attempt whose answer was lost we know by its hash whether it went through: then all of it did.
    if (before.length > 0 && (await isThere(client, before[0]!))) {
      await client.query('ROLLBACK');
      return before;
    }
    const frontier = await this.#frontierAt(client, end);
    const time = end.now > end.time ? end.now : end.time;
    const nodes: TreeNode[] = [];
    const sealed: SealedEntry[] = [];
    let previous = end.hash;
    for (const { event } of batch) {
      const entry = sealEntry(event, { sequence: end.sequence + 1 + sealed.length, time, previous });
      frontier.append(entry.hash, (node) => void (isKept(node) && nodes.push(node)));
      previous = entry.hash.toString('hex');
      sealed.push(entry);
    }
    onSealed(sealed);
    await insertEntries(client, sealed, nodes);
    await client.query('COMMIT');
    this.#frontier = frontier;
    this.#lastHash = previous;
    return sealed;
  }

  /** The tree's edge at the end: ours, moved on by what others have written meanwhile, or read anew. */
  async #frontierAt(client: PoolClient, end: End): Promise<Frontier> {
    const known = this.#frontier;
    const behind = known === undefined ? Infinity : end.sequence - known.size;
    if (known === undefined || behind < 0 || behind > farBehind) return readFrontier(client, end.sequence);
    if (behind === 0 && this.#lastHash === end.hash) return known.copy();
    const { rows } = await client.query<{ hash: Buffer }>(
      'SELECT hash FROM ledger_entry WHERE sequence >= $1 ORDER BY sequence',
      [Math.max(1, known.size)],
    );
    // After a restore of an older backup the entry that we remember may be another one.
    if (known.size > 0 && rows.shift()?.hash.toString('hex') !== this.#lastHash)
      return readFrontier(client, end.sequence);
    const frontier = known.copy();
    for (const { hash } of rows) frontier.append(hash);
    return frontier;
  }
}

/**
 * Begins a transaction, waits for the turn, and reads what the ledger ends with. The statements are sent together, but each sees
 * what was there when it began: the last one sees all that others wrote before it was our turn.
 */
async function lockAndReadEnd(client: PoolClient, ledger: string): Promise<End> {
  const results = (await client.query(
    `BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_advisory_xact_lock(${lockKey}); ${endQuery}`,
  )) as unknown as { rows: EndRow[] }[];
  return endOf(results.at(-1)!.rows[0]!, ledger);
}

/** What the ledger ends with, for whoever has the lock. */
export async function endOfLedger(client: PoolClient, ledger: string): Promise<End> {
  return endOf((await client.query<EndRow>(endQuery)).rows[0]!, ledger);
}

interface EndRow {
  readonly sequence: number | null;
  readonly hash: Buffer | null;
  readonly time: string | null;
  readonly now: string;
}

const endQuery = `SELECT (SELECT sequence FROM ledger_entry ORDER BY sequence DESC LIMIT 1) AS sequence,
  (SELECT hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1) AS hash,
  (SELECT taken_at FROM ledger_entry ORDER BY sequence DESC LIMIT 1) AS time,
  clock_timestamp() AS now`;

function endOf({ sequence, hash, time, now }: EndRow, ledger: string): End {
  return {
    sequence: sequence ?? 0,
    hash: hash?.toString('hex') ?? originHash(ledger),
    time: time ?? '',
    now,
  };
}

async function isThere(client: PoolClient, { entry, hash }: SealedEntry): Promise<boolean> {
  const { rows } = await client.query('SELECT 1 FROM ledger_entry WHERE sequence = $1 AND hash = $2', [
    entry.sequence,
    hash,
  ]);
  return rows.length > 0;
}

export function appended({ entry, hash }: SealedEntry): Appended {
  return { sequence: entry.sequence, time: entry.time, hash: hash.toString('hex') };
}
