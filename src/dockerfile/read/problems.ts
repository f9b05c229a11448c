import type { Span, SyntaxProblem } from '../syntax.ts';

/** Collects what a builder would refuse, while the rest is still read. */
export class Problems {
  readonly #found: SyntaxProblem[] = [];

  add(code: string, span: Span, message: string, hint?: string): void {
    this.#found.push({ code, message, hint, span });
  }

  /** In the order of the text. */
  inOrder(): readonly SyntaxProblem[] {
    return this.#found.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  }
}

/** What every part of the reader is handed. */
export interface ReadContext {
  readonly escape: string;
  readonly problems: Problems;
}
