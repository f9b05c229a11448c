import type { Comment, LogicalText, Span } from '../syntax.ts';
import { isSpace, skipSpace } from './characters.ts';
import type { Problems } from './problems.ts';

/** A line of an instruction, its continuations joined. */
export interface InstructionLine {
  readonly logical: LogicalText;
  readonly comments: readonly Comment[];
  readonly emptyLines: readonly Span[];
  /** The offset at which its first physical line begins. */
  readonly start: number;
}

/** BuildKit takes no line of 64 KiB or more. */
const longestLineBytes = 65_535;

/**
 * Walks over the physical lines as BuildKit's parser does: comment lines are dropped, also between continued lines; a line
 * that ends with the escape character, and not with two of them, goes on in the next one; empty lines in between are
 * skipped, but remembered.
 */
export class LineReader {
  readonly comments: Comment[] = [];
  readonly #text: string;
  readonly #problems: Problems;
  #at: number;
  escape = '\\';

  constructor(text: string, at: number, problems: Problems) {
    this.#text = text;
    this.#at = at;
    this.#problems = problems;
  }

  /** The offset at which the next line begins. */
  get offset(): number {
    return this.#at;
  }

  /** The next line as it is, to look for directives; `undefined` at the end. */
  peek(): { readonly text: string; readonly start: number } | undefined {
    if (this.#at >= this.#text.length) return undefined;
    return { text: this.#text.slice(this.#at, this.#endOfLine(this.#at)), start: this.#at };
  }

  /** Leaves the next line out. */
  skip(): void {
    this.#at = this.#nextLine(this.#endOfLine(this.#at));
  }

  /** The next instruction's text, or undefined where none is left. */
  next(): InstructionLine | undefined {
    const above: Comment[] = [];
    while (this.#at < this.#text.length) {
      const start = this.#at;
      const end = this.#takeLine();
      const from = Math.min(skipSpace(this.#text, start), end);
      if (from === end) above.length = 0;
      else if (this.#text[from] === '#') {
        const comment = this.#keepComment(from, end, false);
        // An empty comment ends a description as an empty line does.
        if (comment.text === '') above.length = 0;
        else above.push(comment);
      } else return this.#instruction({ start, from, end, above });
    }
    return undefined;
  }

  /** The lines up to one that is the name alone; with `stripsTabs` that one may begin with tabs. */
  heredoc(name: string, stripsTabs: boolean): { readonly span: Span; readonly isEnded: boolean } {
    const start = this.#at;
    while (this.#at < this.#text.length) {
      const lineStart = this.#at;
      const end = this.#takeLine();
      let from = lineStart;
      if (stripsTabs) while (this.#text[from] === '\t') from++;
      if (end - from === name.length && this.#text.startsWith(name, from))
        return { span: { start, end: lineStart }, isEnded: true };
    }
    return { span: { start, end: this.#text.length }, isEnded: false };
  }

  textOf({ start, end }: Span): string {
    return this.#text.slice(start, end);
  }

  #instruction(line: { start: number; from: number; end: number; above: readonly Comment[] }): InstructionLine {
    const parts: string[] = [];
    const pieces: { at: number; source: number }[] = [];
    const emptyLines: Span[] = [];
    let length = 0;
    let lastEnd = line.from;
    const append = (from: number, end: number): boolean => {
      const cut = this.#continuation(from, end);
      const to = cut ?? end;
      if (to > from) {
        pieces.push({ at: length, source: from });
        parts.push(this.#text.slice(from, to));
        length += to - from;
        lastEnd = to;
      }
      return cut !== undefined;
    };
    let goesOn = append(line.from, line.end);
    while (goesOn && this.#at < this.#text.length) {
      const start = this.#at;
      const end = this.#takeLine();
      const from = Math.min(skipSpace(this.#text, start), end);
      if (from === end) emptyLines.push({ start, end });
      else if (this.#text[from] === '#') this.#keepComment(from, end, true);
      else goesOn = append(start, end);
    }
    if (pieces.length === 0) pieces.push({ at: 0, source: line.from });
    return {
      logical: { text: parts.join(''), pieces, span: { start: line.from, end: lastEnd } },
      comments: line.above,
      emptyLines,
      start: line.start,
    };
  }

  /** Where the line's text ends if it goes on in the next one: before the escape character. */
  #continuation(from: number, end: number): number | undefined {
    let at = end;
    while (at > from && (this.#text[at - 1] === ' ' || this.#text[at - 1] === '\t')) at--;
    if (at === from || this.#text[at - 1] !== this.escape) return undefined;
    return at - 1 > from && this.#text[at - 2] === this.escape ? undefined : at - 1;
  }

  #keepComment(from: number, end: number, insideInstruction: boolean): Comment {
    let [start, stop] = [from + 1, end];
    while (start < stop && isSpace(this.#text.charCodeAt(start))) start++;
    while (stop > start && isSpace(this.#text.charCodeAt(stop - 1))) stop--;
    const comment = { text: this.#text.slice(start, stop), span: { start: from, end }, insideInstruction };
    this.comments.push(comment);
    return comment;
  }

  /** Moves behind the line and gives its end, before the newline and carriage returns. */
  #takeLine(): number {
    const start = this.#at;
    const end = this.#endOfLine(start);
    this.#at = this.#nextLine(end);
    if ((end - start) * 3 > longestLineBytes && Buffer.byteLength(this.#text.slice(start, end)) >= longestLineBytes)
      this.#problems.add(
        'line-too-long',
        { start, end },
        'the line is 64 KiB or longer',
        'break it with line continuations',
      );
    return end;
  }

  #endOfLine(start: number): number {
    const newline = this.#text.indexOf('\n', start);
    let end = newline === -1 ? this.#text.length : newline;
    while (end > start && this.#text[end - 1] === '\r') end--;
    return end;
  }

  #nextLine(end: number): number {
    const newline = this.#text.indexOf('\n', end);
    return newline === -1 ? this.#text.length : newline + 1;
  }
}
