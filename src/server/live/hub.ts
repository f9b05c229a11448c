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
  readonly #ends = new Set<() => void>();
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

  /**
   * Calls back for each event from now on, until the answer is called.
   * @param end called once when nothing will come any more: who looks on is to go, or the server could not end.
   */
  subscribe(listener: Listener, end: () => void): () => void {
    this.#listeners.add(listener);
    this.#ends.add(end);
    if (this.#isClosed) end();
    return () => {
      this.#listeners.delete(listener);
      this.#ends.delete(end);
    };
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
    for (const end of this.#ends) end();
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
