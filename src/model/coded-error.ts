/** What a coded error carries beside its message. */
export interface CodedErrorOptions {
  /** What the reader can do about it: one sentence or command. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** `usage`: the call was wrong (exit 64). `tool`: the work could not be done (exit 1). */
  readonly kind?: 'tool' | 'usage';
}

/**
 * A failure that a user can understand and mend. The code is stable, kebab-case and documented in docs/errors.md; the
 * message names the thing and the place. Thrown anywhere, caught only in flows and entry points.
 */
export class CodedError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly kind: 'tool' | 'usage';

  constructor(code: string, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.hint = options.hint;
    this.kind = options.kind ?? 'tool';
  }
}
