/** What is wrong with an archive or a member. Codes begin with `zip-`. */
export interface ZipProblem {
  readonly code: ZipProblemCode;
  /** One sentence without a full stop; names from the archive stand in it unescaped. */
  readonly message: string;
}

export type ZipProblemCode =
  | 'zip-not-an-archive'
  | 'zip-ambiguous'
  | 'zip-bad-directory'
  | 'zip-too-many-entries'
  | 'zip-overlapping-entries'
  | 'zip-bad-entry'
  | 'zip-encrypted'
  | 'zip-unsupported-method'
  | 'zip-entry-too-large'
  | 'zip-bomb'
  | 'zip-wrong-size'
  | 'zip-wrong-checksum';

/** Collects problems, one a code, so that a million bad members cost no more than one. */
export class ZipProblems {
  private readonly byCode = new Map<ZipProblemCode, { message: string; more: number }>();

  /** Notes a problem and gives it back. The message is only made into text for the first of its code. */
  add(code: ZipProblemCode, message: string): ZipProblem {
    const seen = this.byCode.get(code);
    if (seen === undefined) this.byCode.set(code, { message, more: 0 });
    else seen.more++;
    return { code, message };
  }

  list(): ZipProblem[] {
    return [...this.byCode].map(([code, { message, more }]) => ({
      code,
      message: more === 0 ? message : `${message} (and ${more} more like it)`,
    }));
  }
}
