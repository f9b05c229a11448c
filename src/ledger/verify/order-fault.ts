import type { LedgerFault } from './fault.ts';
import type { LedgerLine } from './line.ts';
import { span } from './span.ts';

type EntryLine = Extract<LedgerLine, { kind: 'entry' }>;

/** A fault that is seen, but what it is shows only in what follows. Remembers one entry, however much follows. */
export class OrderFault {
  readonly #expected: number;
  readonly #entry: EntryLine;
  readonly #line: number;
  readonly #isMisplaced: boolean;
  /** Line on which the expected entry stands after all. */
  #foundOnLine: number | undefined;
  #following: EntryLine | undefined;

  private constructor(expected: number, entry: EntryLine, line: number, isMisplaced: boolean) {
    this.#expected = expected;
    this.#entry = entry;
    this.#line = line;
    this.#isMisplaced = isMisplaced;
  }

  /** Another entry stands where one is expected. */
  static misplaced(expected: number, entry: EntryLine, line: number): OrderFault {
    return new OrderFault(expected, entry, line, true);
  }

  /** The entry that is expected, but it follows another one than stands before it. */
  static broken(expected: number, entry: EntryLine, line: number): OrderFault {
    return new OrderFault(expected, entry, line, false);
  }

  /** Looks at an entry that follows; true once it is decided. */
  see(entry: EntryLine, line: number): boolean {
    this.#following ??= entry;
    if (!this.#isMisplaced || this.#entry.sequence < this.#expected) return true;
    if (entry.sequence !== this.#expected) return false;
    this.#foundOnLine = line;
    return true;
  }

  fault(): LedgerFault {
    const line = this.#line;
    const [expected, found] = [this.#expected, this.#entry.sequence];
    if (!this.#isMisplaced) {
      const isThisWhole =
        this.#following === undefined || this.#following.previous === this.#entry.hash.toString('hex');
      const sequence = isThisWhole && expected > 1 ? expected - 1 : expected;
      const message = `entry ${sequence} was altered and its hash made anew: entry ${expected} follows another one`;
      return { kind: 'altered', sequence, line, message };
    }
    if (found < expected)
      return {
        kind: 'reordered',
        sequence: found,
        line,
        message: `entry ${found} stands again after entry ${expected - 1}`,
      };
    if (this.#foundOnLine !== undefined) {
      const message = `entry ${found} stands where entry ${expected} belongs, which comes on line ${this.#foundOnLine}`;
      return { kind: 'reordered', sequence: expected, line, message };
    }
    return { kind: 'dropped', sequence: expected, line, message: `${span(expected, found - 1)} missing` };
  }
}
