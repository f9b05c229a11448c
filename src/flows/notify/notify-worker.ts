import type { Store } from '../../server-store/index.ts';
import type { Notifications } from './notifications-file.ts';
import { notify, type NotifyOptions } from './notifier.ts';

const everyMs = 5000;

export interface NotifyWorkerOptions extends Omit<NotifyOptions, 'notifications'> {
  /** Who is told now; undefined: nobody is. */
  readonly notifications: () => Promise<Notifications | undefined>;
}

/** Tells of turns for as long as a server runs. */
export class NotifyWorker {
  readonly #store: Store;
  readonly #options: NotifyWorkerOptions;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    store: Store,
    { onError, ...options }: NotifyWorkerOptions & { readonly onError: (error: unknown) => void },
  ) {
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
      const notifications = await this.#options.notifications();
      if (notifications !== undefined) await notify(this.#store, { ...this.#options, notifications });
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#running = undefined;
    }
  }
}
