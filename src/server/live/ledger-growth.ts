import { findEntries, type Store } from '../../server-store/index.ts';
import type { LiveEvent } from '../contract/index.ts';

export type LedgerEvent = Extract<LiveEvent, { kind: 'ledger' }>;

type Listener = (event: LedgerEvent) => void;

const everyMs = 2000;

/**
 * Tells those that look on how much longer the ledger is. Entries come by the thousand a second from several processes: an event for
 * each would cost more than the entry, so its end is looked at while somebody looks on, and not otherwise.
 */
export class LedgerGrowth {
  readonly #store: Store;
  readonly #listeners = new Set<Listener>();
  #last: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Calls back from now on, until the answer is called. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) void this.#look();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#last = undefined;
    };
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    // A store that has gone is looked for again at the next turn.
    const page = await findEntries(this.#store, { limit: 1 }).catch(() => undefined);
    if (this.#listeners.size === 0) return;
    const entry = page?.items[0]?.entry;
    if (page !== undefined) this.#tell(entry);
    this.#timer = setTimeout(() => void this.#look(), everyMs);
    this.#timer.unref();
  }

  #tell(entry: Awaited<ReturnType<typeof findEntries>>['items'][number]['entry'] | undefined): void {
    const sequence = entry?.sequence ?? 0;
    const before = this.#last;
    this.#last = sequence;
    if (entry === undefined || before === undefined || sequence <= before) return;
    const { time, action, actor } = entry;
    const event: LedgerEvent = {
      ...{ kind: 'ledger', at: time, sequence, action, actor: actor.name },
      entries: sequence - before,
    };
    for (const listener of this.#listeners) listener(event);
  }
}
