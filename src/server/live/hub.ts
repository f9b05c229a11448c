import type { PoolClient } from 'pg';
import {
  type KeptLiveEvent,
  lastLiveEvent,
  liveChannel,
  liveEventsAfter,
  type Store,
} from '../../server-store/index.ts';

type Listener = (event: KeptLiveEvent) => void;

const mostAtOnce = 500;

/**
 * Hands on what any process tells, to those that look on here, in the same order everywhere. PostgreSQL says when there is
 * something; where its word is lost with a connection, looking every two seconds finds it.
 */
export class LiveHub {
  readonly #store: Store;
  readonly #listeners = new Set<Listener>();
  #last = '0-0';
  #client: PoolClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #again = false;
  #isClosed = false;

  constructor(store: Store) {
    this.#store = store;
  }

  async start(): Promise<void> {
    this.#last = await lastLiveEvent(this.#store);
    await this.#listen();
    this.#timer = setInterval(() => this.wake(), 2000);
    this.#timer.unref();
  }

  /** Calls back for each event from now on, until the answer is called. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Looks for news now. */
  wake(): void {
    if (this.#isClosed) return;
    this.#again = true;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#reading;
    this.#client?.release(true);
    this.#client = undefined;
  }

  async #read(): Promise<void> {
    if (this.#client === undefined) await this.#listen().catch(() => undefined);
    while (this.#again && !this.#isClosed) {
      this.#again = false;
      // A database that has gone is looked for again at the next turn.
      const { events } = await liveEventsAfter(this.#store, this.#last, mostAtOnce).catch(() => ({ events: [] }));
      for (const event of events) {
        this.#last = event.id;
        for (const listener of this.#listeners) listener(event);
      }
      if (events.length === mostAtOnce) this.#again = true;
    }
  }

  async #listen(): Promise<void> {
    const client = await this.#store.pool.connect();
    client.on('notification', () => this.wake());
    client.once('error', () => {
      if (this.#client === client) this.#client = undefined;
    });
    client.once('end', () => {
      if (this.#client === client) this.#client = undefined;
    });
    await client.query(`LISTEN ${liveChannel}`);
    this.#client = client;
  }
}
