import colors from 'picocolors';

/** What a piece of text is, for those who see colour; the words say the same without it. */
export interface Paint {
  readonly pass: Style;
  readonly fail: Style;
  readonly cannotTell: Style;
  readonly strong: Style;
  readonly quiet: Style;
  /** For what wants attention beside the verdict: stale, exploited, unknown. */
  readonly loud: Style;
}

export type Style = (text: string) => string;

/** Styles for a terminal, or none at all. Red, green and yellow grounds belong to verdicts. */
export function paintFor(color: boolean): Paint {
  const c = colors.createColors(color);
  return {
    pass: (text) => c.bgGreen(c.black(c.bold(text))),
    fail: (text) => c.bgRed(c.white(c.bold(text))),
    cannotTell: (text) => c.bgYellow(c.black(c.bold(text))),
    strong: c.bold,
    quiet: c.dim,
    loud: (text) => c.bold(c.underline(text)),
  };
}
