import { Rejudger, type RejudgeOutcome } from '../../flows/rejudge/index.ts';
import type { Store } from '../../server-store/index.ts';

/** Judges stored records again in the background, one run at a time: when told, and when time alone may have turned a verdict. */
export class JudgeWorker {
  readonly #rejudger: Rejudger;
  readonly #stop = new AbortController();
  readonly #onDone: () => void;
  readonly #onError: (error: unknown) => void;
  #running: Promise<RejudgeOutcome> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    store: Store,
    {
      databasePath,
      onDone,
      onError,
    }: { readonly databasePath: string; readonly onDone: () => void; readonly onError: (error: unknown) => void },
  ) {
    this.#rejudger = new Rejudger(store, { databasePath });
    this.#onDone = onDone;
    this.#onError = onError;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), 60_000);
    this.wake();
  }

  wake(): void {
    void this.run().catch(this.#onError);
  }

  /** A run that begins now, after the one that is under way. */
  async run(): Promise<RejudgeOutcome> {
    const before = this.#running;
    const own = (async () => {
      await before?.catch(() => undefined);
      return this.#rejudger.run(() => new Date(), this.#stop.signal);
    })();
    this.#running = own;
    const outcome = await own;
    if (outcome.judged > 0) this.#onDone();
    return outcome;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running?.catch(() => undefined);
    this.#rejudger.close();
  }
}
