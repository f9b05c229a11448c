import type {
  Comment,
  Heredoc,
  List,
  ShellDialect,
  ShellError,
  ShellExtension,
  ShellFeature,
  Span,
  WordPart,
} from './syntax.ts';

/** A here-document whose operator was read and whose body begins after the next newline. */
export interface PendingHeredoc {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly fill: (heredoc: Heredoc) => void;
}

/**
 * What the readers of this folder need of one another: they call each other in a circle (a word holds commands, commands
 * hold words), which files may not.
 */
export interface Grammar {
  readonly list: (cursor: Cursor) => List;
  readonly parts: (cursor: Cursor, where: WordPlace) => WordPart[];
}

/**
 * Where a word stands decides what ends it and what is special in it: a command's word; the argument of `${x:-…}` outside
 * and inside of double quotes; between double quotes; in a here-document; in a pattern `${x#…}` inside of double quotes;
 * after `=~`; in a subscript; in an extended glob.
 */
export type WordPlace =
  'command' | 'braces' | 'quoted-braces' | 'quoted-pattern' | 'double' | 'heredoc' | 'regex' | 'subscript' | 'group';

/** What all cursors of one parse share. */
interface Findings {
  readonly errors: ShellError[];
  readonly extensions: ShellExtension[];
  readonly comments: Comment[];
  readonly heredocs: Heredoc[];
}

interface CursorOptions {
  readonly dialect: ShellDialect;
  readonly grammar: Grammar;
  /** Where each code unit of the text stands in the text that offsets are told of, and where it ends. */
  readonly offsets?: ArrayLike<number>;
  readonly found?: Findings;
}

/** How many levels of nesting are read: more is no script, and our stack has an end. */
const deepest = 150;

/** Features without which the text does not even parse in dash and, of these, what BusyBox ash has. */
const refusedBySh = new Set<ShellFeature>([
  'process-substitution',
  'arithmetic-for',
  'select',
  'brace-loop-body',
  'function-keyword',
  'function-name',
  'double-bracket-parenthesis',
  'here-string',
  'pipe-both',
  'case-fallthrough',
  'array',
]);
const hadByAsh = new Set<ShellFeature>([
  'function-keyword',
  'function-name',
  'process-substitution',
  'double-bracket-parenthesis',
]);

/**
 * A place in the text, with what was found so far. The first error stops the reading: from there on the cursor is at its
 * end, so that every open construct closes with what it has.
 */
export class Cursor {
  readonly text: string;
  readonly dialect: ShellDialect;
  readonly grammar: Grammar;
  readonly found: Findings;
  at = 0;
  end: number;
  depth = 0;
  failed = false;
  pending: PendingHeredoc[] = [];
  readonly #offsets: ArrayLike<number> | undefined;
  readonly #closing = new Map<number, number>();

  constructor(text: string, options: CursorOptions) {
    this.text = text;
    this.end = text.length;
    this.dialect = options.dialect;
    this.grammar = options.grammar;
    this.#offsets = options.offsets;
    this.found = options.found ?? { errors: [], extensions: [], comments: [], heredocs: [] };
  }

  /** A cursor over a text made from a part of this one; `offsets` are indices into this cursor's text. */
  inner(text: string, offsets: readonly number[]): Cursor {
    const mapped = offsets.map((offset) => this.#from(offset));
    const { dialect, grammar, found } = this;
    const cursor = new Cursor(text, { dialect, grammar, offsets: mapped, found });
    cursor.depth = this.depth;
    return cursor;
  }

  /** The code unit at the place, or at some distance from it; NaN at the end. */
  code(ahead = 0): number {
    const at = this.at + ahead;
    return at < this.end ? this.text.charCodeAt(at) : NaN;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  startsWith(text: string): boolean {
    return this.at + text.length <= this.end && this.text.startsWith(text, this.at);
  }

  /** Steps over a text if it stands here. */
  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.at += text.length;
    return true;
  }

  /** The range from an index to here, as offsets of the caller's text. */
  span(start: number, end = this.at): Span {
    const from = this.#from(start);
    return { from, to: Math.max(from, this.#to(end)) };
  }

  /** Records the first error and stops. */
  fail(expected: string, code: ShellError['code'] = 'syntax', start = this.at): void {
    if (this.failed) return;
    const found = start >= this.text.length ? 'the end' : `“${this.text.slice(start, start + 20).split('\n', 1)[0]!}”`;
    const message = code === 'syntax' ? `expected ${expected}, found ${found}` : expected;
    this.found.errors.push({ code, message, expected, ...this.span(start, Math.min(start + 1, this.text.length)) });
    this.failed = true;
    this.at = Math.min(this.at, this.end);
    this.end = this.at;
  }

  /** Notes something that POSIX has not; in a dialect that can't read it that is an error which does not stop. */
  extension(feature: ShellFeature, start: number, end = this.at): void {
    if (this.failed) return;
    const span = this.span(start, end);
    this.found.extensions.push({ feature, ...span });
    if (this.dialect === 'bash' || !refusedBySh.has(feature)) return;
    if (this.dialect === 'ash' && hadByAsh.has(feature)) return;
    const name = feature.replaceAll('-', ' ');
    const message = `${this.dialect} has no ${name}; bash has`;
    this.found.errors.push({ code: 'not-in-dialect', message, expected: `no ${name}`, ...span });
  }

  /** Runs a reader one level deeper, unless that is too deep. */
  nested<T>(read: () => T, instead: () => T): T {
    if (this.depth >= deepest) {
      this.fail(`the script is nested deeper than ${deepest} levels`, 'too-deep');
      return instead();
    }
    this.depth++;
    const result = read();
    this.depth--;
    return result;
  }

  /** The index of the parenthesis that closes the one at `open`, by counting outside of quotes; -1 without one. */
  closingParenthesis(open: number): number {
    const known = this.#closing.get(open);
    if (known !== undefined) return known;
    const stack: number[] = [];
    for (let at = open; at < this.end; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 92) at++;
      else if (code === 39) at = endOr(this.text.indexOf("'", at + 1), this.end);
      else if (code === 34) at = closingQuote(this.text, at + 1, this.end);
      else if (code === 40) stack.push(at);
      else if (code === 41) {
        this.#closing.set(stack.pop()!, at);
        if (stack.length === 0) return at;
      }
    }
    for (const left of stack) this.#closing.set(left, -1);
    return -1;
  }

  #from(index: number): number {
    if (this.#offsets === undefined) return index;
    return this.#offsets[Math.min(index, this.#offsets.length - 1)] ?? 0;
  }

  #to(index: number): number {
    if (this.#offsets === undefined) return index;
    return index === 0 ? this.#from(0) : this.#from(index - 1) + 1;
  }
}

function endOr(index: number, end: number): number {
  return index < 0 ? end : index;
}

function closingQuote(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) at++;
    else if (code === 34) return at;
  }
  return end;
}
