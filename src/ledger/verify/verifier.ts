import { originHash } from '../entry.ts';
import { Frontier } from '../merkle/frontier.ts';
import type { SignedTreeHead, TreeHead } from '../tree-head.ts';
import type { LedgerFault } from './fault.ts';
import { OrderFault } from './order-fault.ts';
import { type LedgerLine, readLine } from './line.ts';
import { span } from './span.ts';

/** What is known after a ledger was read to its end. */
export interface LedgerCheck {
  /**
   * `intact`: every entry is there, in order, as it was written, and a signed head covers the last. `broken`: see `fault`.
   * `cannot-tell`: nothing contradicts, but no head of a trusted key covers all of it, or a head that was kept could not be compared.
   */
  readonly result: 'intact' | 'broken' | 'cannot-tell';
  readonly fault?: LedgerFault;
  readonly ledger?: string;
  /** Sequence of the first and last entry that were read in order; absent where there are none. */
  readonly first?: number;
  readonly last?: number;
  readonly firstTime?: string;
  readonly lastTime?: string;
  /** Hex: the root over all entries up to the last. */
  readonly root?: string;
  /** The last tree head that a trusted key signed. */
  readonly covered?: { readonly size: number; readonly time: string; readonly key: string };
  readonly heads: number;
  /** Keys that signed heads but are not trusted, by id; a hundred of them at most. */
  readonly strangers: readonly string[];
  /** How many entries those heads cover, of the ones kept elsewhere, that were not compared: the first file begins behind them. */
  readonly unchecked: readonly number[];
}

export interface VerifierOptions {
  /** Whether a trusted key made this signature; `stranger`: the key is not one of them. */
  readonly isSigned: (head: SignedTreeHead) => 'yes' | 'no' | 'stranger';
  /** Told of the keys that a file brings along, before any head of it is asked about. */
  readonly onKeys?: (keys: readonly { readonly id: string; readonly publicKey: string }[]) => void;
  /** Heads that were kept elsewhere: the ledger must still begin with what they cover. */
  readonly knownHeads?: readonly TreeHead[];
}

const mostStrangers = 100;

type EntryLine = Extract<LedgerLine, { kind: 'entry' }>;

/**
 * Reads an exported ledger line by line, in one file or several that follow one another, and says whether all of it is there, in
 * order, as it was written. Holds no more than the right edge of the tree, however long the ledger.
 */
export class LedgerVerifier {
  readonly #options: VerifierOptions;
  #ledger: string | undefined;
  #frontier = new Frontier();
  #previous = '';
  #lineNumber = 0;
  #fault: LedgerFault | undefined;
  /** A fault whose kind the lines that follow decide. */
  #open: OrderFault | undefined;
  #isInFile = false;
  #first: number | undefined;
  #firstTime: string | undefined;
  #lastTime: string | undefined;
  #vouchedSize = 0;
  #covered: LedgerCheck['covered'];
  #heads = 0;
  #unchecked: readonly number[] = [];
  readonly #strangers = new Set<string>();

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /** Takes the next line, without its end. */
  line(bytes: Buffer): void {
    this.#lineNumber++;
    if (this.#fault !== undefined) return;
    const line = readLine(bytes);
    if (this.#open !== undefined) {
      if (line.kind === 'entry' && this.#open.see(line, this.#lineNumber)) this.#fault = this.#open.fault();
    } else if (line.kind === 'unreadable') this.#unreadable(line.why);
    else if (line.kind === 'header') this.#header(line);
    else if (!this.#isInFile) this.#fail('unreadable', 'the file does not begin with the header of a ledger');
    else if (line.kind === 'entry') this.#entry(line);
    else if (line.kind === 'tree-head') this.#treeHead(line.head, line.signed);
    else this.#end(line.size);
  }

  /** Says that a file has ended; the next line is the first of the file that follows it. */
  endOfFile(): void {
    this.#fault ??= this.#open?.fault();
    if (this.#fault === undefined && this.#isInFile)
      this.#fail(
        'cut-off',
        `the file stops ${this.#afterLast()}, without the line that ends it`,
        this.#frontier.size + 1,
      );
    this.#lineNumber = 0;
  }

  /** What is known, after the last file. */
  result(): LedgerCheck {
    if (this.#ledger === undefined && this.#fault === undefined)
      this.#fail('unreadable', 'there is nothing in it: not even the header of a ledger');
    if (this.#fault === undefined) this.#checkKnownHeadsBeyond();
    const isCovered = this.#covered !== undefined && this.#covered.size === this.#frontier.size;
    const hasEntries = this.#first !== undefined && this.#frontier.size >= this.#first;
    return {
      result:
        this.#fault !== undefined ? 'broken' : isCovered && this.#unchecked.length === 0 ? 'intact' : 'cannot-tell',
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
      ...(this.#ledger === undefined ? {} : { ledger: this.#ledger }),
      ...(hasEntries ? { first: this.#first!, last: this.#frontier.size } : {}),
      ...(this.#firstTime === undefined ? {} : { firstTime: this.#firstTime }),
      ...(this.#lastTime === undefined ? {} : { lastTime: this.#lastTime }),
      ...(this.#ledger === undefined ? {} : { root: this.#frontier.root().toString('hex') }),
      ...(this.#covered === undefined ? {} : { covered: this.#covered }),
      heads: this.#heads,
      strangers: [...this.#strangers].sort(),
      unchecked: this.#unchecked,
    };
  }

  #header({ ledger, previous, before, keys }: Extract<LedgerLine, { kind: 'header' }>): void {
    if (this.#isInFile) return this.#fail('unreadable', 'a second header stands inside the file');
    this.#isInFile = true;
    this.#options.onKeys?.(keys);
    if (this.#ledger === undefined) {
      if (before.size === 0 && previous !== originHash(ledger))
        return this.#fail('altered', 'the header does not begin the ledger that it names', 1);
      this.#ledger = ledger;
      this.#frontier = before;
      this.#vouchedSize = before.size;
      // What ends before the file begins is not in it.
      this.#unchecked = (this.#options.knownHeads ?? []).flatMap(({ size }) => (size < before.size ? [size] : []));
      this.#previous = previous;
      this.#checkKnownHeads();
      return;
    }
    if (ledger !== this.#ledger)
      return this.#fail('unreadable', 'the file is of another ledger than the one before it');
    if (before.size > this.#frontier.size)
      return this.#fail(
        'dropped',
        `${span(this.#frontier.size + 1, before.size)} missing between two files`,
        this.#frontier.size + 1,
      );
    if (before.size < this.#frontier.size)
      return this.#fail(
        'reordered',
        `the file follows entry ${before.size}, the one before it ends with entry ${this.#frontier.size}`,
        before.size + 1,
      );
    if (previous !== this.#previous || !before.root().equals(this.#frontier.root()))
      this.#fail(
        'altered',
        `the file follows another entry ${before.size} than that of the file before it`,
        before.size,
      );
  }

  #entry(entry: EntryLine): void {
    const expected = this.#frontier.size + 1;
    if (entry.sequence !== expected) {
      this.#open = OrderFault.misplaced(expected, entry, this.#lineNumber);
      return;
    }
    if (!entry.isAsHashed) return this.#fail('altered', `entry ${expected} is not what its hash was made of`, expected);
    if (entry.previous !== this.#previous) {
      // Whether this entry or the one before it was changed shows in the one that follows.
      this.#open = OrderFault.broken(expected, entry, this.#lineNumber);
      return;
    }
    if (this.#lastTime !== undefined && entry.time < this.#lastTime)
      return this.#fail(
        'altered',
        `entry ${expected} was taken at ${entry.time}, before the one that it follows`,
        expected,
      );
    this.#frontier.append(entry.hash);
    this.#previous = entry.hash.toString('hex');
    this.#first ??= expected;
    this.#firstTime ??= entry.time;
    this.#lastTime = entry.time;
    this.#checkKnownHeads();
  }

  #treeHead(head: TreeHead, signed: SignedTreeHead): void {
    this.#heads++;
    const trust = this.#options.isSigned(signed);
    if (trust === 'stranger') {
      if (this.#strangers.size < mostStrangers) this.#strangers.add(signed.key);
      return;
    }
    if (trust === 'no')
      return this.#fail('forged-head', `the tree head of ${head.size} entries is not signed by the key that it names`);
    if (head.ledger !== this.#ledger) return this.#fail('forged-head', 'a tree head is of another ledger');
    if (head.size > this.#frontier.size)
      return this.#fail(
        'dropped',
        `a tree head covers ${head.size} entries, but the file goes on ${this.#afterLast()}`,
        this.#frontier.size + 1,
      );
    if (head.size < this.#frontier.size)
      return this.#fail('reordered', `a tree head of ${head.size} entries stands ${this.#afterLast()}`);
    if (!head.root.equals(this.#frontier.root())) return this.#rewritten(head);
    this.#vouchedSize = head.size;
    this.#covered = { size: head.size, time: head.time, key: signed.key };
  }

  #end(size: number): void {
    this.#isInFile = false;
    if (size > this.#frontier.size)
      this.#fail('dropped', `${span(this.#frontier.size + 1, size)} missing at the end`, this.#frontier.size + 1);
    else if (size < this.#frontier.size)
      this.#fail('altered', `the last line says ${size} entries, but there are more`);
  }

  #checkKnownHeads(): void {
    for (const head of this.#options.knownHeads ?? []) {
      if (this.#fault !== undefined) return;
      if (head.ledger !== this.#ledger) this.#fail('forged-head', 'the head that you hold is of another ledger');
      else if (head.size === this.#frontier.size && !head.root.equals(this.#frontier.root())) this.#rewritten(head);
    }
  }

  #checkKnownHeadsBeyond(): void {
    const beyond = this.#options.knownHeads?.find(({ size }) => size > this.#frontier.size);
    if (beyond !== undefined)
      this.#fail(
        'dropped',
        `the head that you hold covers ${beyond.size} entries, but the file ends ${this.#afterLast()}`,
        this.#frontier.size + 1,
      );
  }

  /** All hashes agree with one another but not with what was signed: someone has made them anew. */
  #rewritten(head: TreeHead): void {
    const from = Math.min(this.#vouchedSize + 1, head.size);
    const which = from === head.size ? `entry ${from}` : `one of the entries ${from} to ${head.size}`;
    this.#fail(
      'altered',
      `${which} was altered and all hashes behind it made anew: the signed tree head of ${head.size} entries has another root`,
      from,
    );
  }

  #unreadable(why: string): void {
    this.#fail('unreadable', `${why}, ${this.#afterLast()}`, this.#isInFile ? this.#frontier.size + 1 : undefined);
  }

  #afterLast(): string {
    return this.#frontier.size === 0 ? 'before any entry' : `after entry ${this.#frontier.size}`;
  }

  #fail(kind: LedgerFault['kind'], message: string, sequence?: number): void {
    this.#fault ??= { kind, message, line: this.#lineNumber, ...(sequence === undefined ? {} : { sequence }) };
  }
}
