import { checkBodies, type Store, sweepBodies } from '../../server-store/index.ts';

const everyMs = 600_000;
const hourMs = 3_600_000;
/** Each body is looked at once in so long. */
const checkedEveryMs = 24 * hourMs;
const mostAtOnce = 1000;

/**
 * Looks after bodies that lie outside of the database: whether they are still there, and that what nothing names any more goes.
 * Several servers of one store may do so at once.
 */
export class BodyKeeper {
  readonly #store: Store;
  readonly #onLost: () => void;
  readonly #onTrouble: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    store: Store,
    { onLost, onTrouble }: { readonly onLost: () => void; readonly onTrouble: (error: unknown) => void },
  ) {
    this.#store = store;
    this.#onLost = onLost;
    this.#onTrouble = onTrouble;
  }

  start(): void {
    this.#timer = setInterval(() => (this.#running ??= this.#look()), everyMs);
    this.#timer.unref();
    this.#running = this.#look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    try {
      const before = new Date(Date.now() - checkedEveryMs);
      const { unreadable, troubles } = await checkBodies(this.#store, { before, limit: mostAtOnce });
      if (unreadable > 0) this.#onLost();
      const swept = await sweepBodies(this.#store);
      for (const trouble of [...troubles, ...swept.troubles]) this.#onTrouble(trouble);
    } catch (error) {
      this.#onTrouble(error);
    } finally {
      this.#running = undefined;
    }
  }
}
