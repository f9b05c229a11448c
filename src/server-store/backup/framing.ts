import { CodedError } from '../../model/index.ts';

/** Longest line and part that is read: COPY gives at most some 64 KiB at once, a row of a large body more. */
const longestBytes = 1 << 30;

/** A part of a table: its length in a line, then its bytes. */
export function frame(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length}\n`), bytes]);
}

/** After the last part of a table. */
export const endOfTable = Buffer.from('0\n');

/** Reads lines and parts out of a stream of bytes. @throws CodedError `backup-unreadable` */
export class FrameReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line, without its end. */
  async line(): Promise<string> {
    for (let from = 0; ;) {
      const end = this.#held.indexOf(0x0a, from);
      if (end !== -1) return this.#take(end + 1).toString('utf8', 0, end);
      from = this.#held.length;
      if (from > 1 << 20) throw unreadable('a line has no end');
      await this.#more();
    }
  }

  /** The parts of a table, up to its end. */
  async *parts(): AsyncGenerator<Buffer> {
    for (;;) {
      const length = Number(await this.line());
      if (!Number.isSafeInteger(length) || length < 0 || length > longestBytes)
        throw unreadable('a part has no length');
      if (length === 0) return;
      const pieces: Buffer[] = [];
      for (let left = length; left > 0;) {
        if (this.#held.length === 0) await this.#more();
        const piece = this.#take(Math.min(left, this.#held.length));
        pieces.push(piece);
        left -= piece.length;
      }
      yield pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    }
  }

  #take(bytes: number): Buffer {
    const taken = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    return taken;
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#source.next();
    if (done === true) throw unreadable('it was cut off');
    this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
  }
}

export function unreadable(why: string, cause?: unknown): CodedError {
  return new CodedError('backup-unreadable', `the backup can't be read: ${why}`, cause === undefined ? {} : { cause });
}
