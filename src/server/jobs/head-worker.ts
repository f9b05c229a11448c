import { signTreeHead, type HeadSigner, type Store } from '../../server-store/index.ts';

/** Signs what the ledger is, again and again: what was taken away or rewritten since then is found out by the last head. */
export class HeadWorker {
  readonly #store: Store;
  readonly #signer: () => Promise<HeadSigner | undefined>;
  readonly #everyMs: number;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    store: Store,
    options: {
      /** What signs; undefined: nothing does. */
      readonly signer: () => Promise<HeadSigner | undefined>;
      readonly everyMs: number;
      readonly onError: (error: unknown) => void;
    },
  ) {
    this.#store = store;
    this.#signer = options.signer;
    this.#everyMs = options.everyMs;
    this.#onError = options.onError;
  }

  start(): void {
    this.#timer = setInterval(() => this.#sign(), this.#everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #sign(): void {
    this.#running ??= this.#signer()
      .then(async (signer) => void (signer === undefined ? undefined : await signTreeHead(this.#store, signer)))
      .catch(this.#onError)
      .finally(() => (this.#running = undefined));
  }
}
