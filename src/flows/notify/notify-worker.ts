import type { Store } from '../../server-store/index.ts';
import { notify, type NotifyOptions } from './notifier.ts';

const everyMs = 5000;

/** Tells of turns for as long as a server runs. */
export class NotifyWorker {
  readonly #store: Store;
  readonly #options: NotifyOptions;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(store: Store, { onError, ...options }: NotifyOptions & { readonly onError: (error: unknown) => void }) {
    this.#store = store;
    this.#options = options;
    this.#onError = onError;
  }

  start(): void {
    this.#timer = setInterval(() => (this.#running ??= this.#run()), everyMs);
    this.#timer.unref();
  }

  /** Waits for what is being sent. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await notify(this.#store, this.#options);
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#running = undefined;
    }
  }
}
