/**
 * Several things that tell at the same time become one sequence. Senders wait while `most` things lie unread, so a fast one can't
 * fill memory.
 */
export class Channel<T> {
  readonly #most: number;
  #items: T[] = [];
  #failure: { readonly error: unknown } | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeSenders: (() => void)[] = [];

  constructor(most = 1000) {
    this.#most = most;
  }

  async send(item: T): Promise<void> {
    while (this.#items.length >= this.#most && this.#failure === undefined)
      await new Promise<void>((resolve) => this.#wakeSenders.push(resolve));
    this.#items.push(item);
    this.#wakeReader?.();
  }

  /** Ends the sequence with an error, once what was sent before is read. The first one counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wakeReader?.();
    this.#wake();
  }

  /** All that has been sent since the last time, waiting for at least one. @throws what the channel failed with. */
  async take(): Promise<readonly T[]> {
    while (this.#items.length === 0) {
      if (this.#failure !== undefined) throw this.#failure.error;
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
      this.#wakeReader = undefined;
    }
    const items = this.#items;
    this.#items = [];
    this.#wake();
    return items;
  }

  #wake(): void {
    for (const wake of this.#wakeSenders.splice(0)) wake();
  }
}
