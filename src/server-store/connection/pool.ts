import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isConnectionLost, storeError } from './errors.ts';
import { valueTypes } from './types.ts';

export interface PoolOptions {
  readonly config: pg.PoolConfig;
  /** Called when the server does not answer: starts it where that is for us. */
  readonly revive?: () => Promise<void>;
  /** How long a server that has gone is waited for. */
  readonly patienceMs?: number;
  /** Called with the number of the process that serves a new connection. */
  readonly onBackend?: (pid: number) => void;
}

/** Connections to PostgreSQL that outlive its restarts. */
export class StorePool {
  readonly #pool: pg.Pool;
  readonly #revive: (() => Promise<void>) | undefined;
  readonly #patienceMs: number;
  #isEnded = false;

  constructor({ config, revive, patienceMs = 15_000, onBackend }: PoolOptions) {
    this.#pool = new pg.Pool({
      max: 10,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      // To open one takes as long as ten questions, and comes when many are asked at once.
      idleTimeoutMillis: 600_000,
      types: valueTypes,
      ...config,
    });
    // A connection that dies while idle is replaced by the next one that is asked for.
    this.#pool.on('error', () => undefined);
    if (onBackend !== undefined)
      this.#pool.on('connect', (client) => onBackend((client as unknown as { readonly processID: number }).processID));
    this.#revive = revive;
    this.#patienceMs = patienceMs;
  }

  /** A connection; release it. @throws CodedError `store-unreachable`, `store-refused`. */
  async connect(): Promise<pg.PoolClient> {
    const began = Date.now();
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
      try {
        return watched(await this.#pool.connect());
      } catch (error) {
        if (this.#isEnded || !isConnectionLost(error) || Date.now() - began > this.#patienceMs) throw storeError(error);
        await this.#revive?.();
        await sleep(pauseMs);
      }
    }
  }

  /** Runs work on a connection of its own; one on which it failed is not used again. */
  async use<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw storeError(error);
    }
  }

  async end(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    await this.#pool.end();
  }
}

/** Connections that the pool has given out tell of their end by an event, which unheard would end the process. */
function watched(client: pg.PoolClient): pg.PoolClient {
  if (client.listenerCount('error') === 0) client.on('error', () => undefined);
  return client;
}
