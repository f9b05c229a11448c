import type { Io } from './io.ts';

/** Whether there is a person to ask: both the answers' side and the questions' are terminals. */
export function canAsk(io: Io): boolean {
  return io.progress && (io.stdin as { readonly isTTY?: boolean }).isTTY === true;
}

/** Reads answers line by line; questions go to stderr, where they are in no report. */
export class Questions {
  readonly #io: Io;
  #lines: AsyncIterator<string> | undefined;
  #close: () => void = () => undefined;

  constructor(io: Io) {
    this.#io = io;
  }

  /** The answer that begins with the first letter of one of the choices; undefined at the end of the input. */
  async choose<Choice extends string>(question: string, choices: readonly Choice[]): Promise<Choice | undefined> {
    const lines = (this.#lines ??= await this.#open());
    for (;;) {
      this.#io.stderr.write(question);
      const { value, done } = await lines.next();
      if (this.#io.signal.aborted) throw this.#io.signal.reason;
      if (done === true) return undefined;
      const letter = value.trim().toLowerCase()[0];
      const choice = choices.find((each) => each[0] === letter);
      if (choice !== undefined) return choice;
    }
  }

  /** Lets go of the input, so that the program can end. */
  close(): void {
    this.#close();
  }

  async #open(): Promise<AsyncIterator<string>> {
    const { createInterface } = await import('node:readline');
    const reader = createInterface({ input: this.#io.stdin, signal: this.#io.signal });
    this.#close = () => reader.close();
    return reader[Symbol.asyncIterator]();
  }
}
