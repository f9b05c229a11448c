import { longestLineBytes } from './line.ts';

/**
 * Cuts bytes that come in pieces into lines without their ends. Holds one line at most: of one that is longer than any the
 * ledger writes, only as much is given as shows that.
 */
export class LineSplitter {
  #rest: Buffer[] = [];
  #restBytes = 0;
  readonly #onLine: (line: Buffer) => void;

  constructor(onLine: (line: Buffer) => void) {
    this.#onLine = onLine;
  }

  push(piece: Buffer): void {
    let from = 0;
    for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, from)) {
      this.#keep(piece.subarray(from, end));
      this.#give();
      from = end + 1;
    }
    // The piece may be used again by whoever read it.
    this.#keep(Buffer.from(piece.subarray(from)));
  }

  /** Whether the last line had an end. Gives what is left as a line where it had none. */
  end(): boolean {
    if (this.#restBytes === 0) return true;
    this.#give();
    return false;
  }

  #keep(bytes: Buffer): void {
    const room = longestLineBytes + 1 - this.#restBytes;
    if (bytes.length === 0 || room <= 0) return;
    const kept = bytes.subarray(0, room);
    this.#rest.push(kept);
    this.#restBytes += kept.length;
  }

  #give(): void {
    const line = this.#rest.length === 1 ? this.#rest[0]! : Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    this.#onLine(line);
  }
}
