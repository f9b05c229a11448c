import { styleText } from 'node:util';

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
  // Whether the output is a terminal was asked before.
  const style =
    (format: Parameters<typeof styleText>[0]): Style =>
    (text) =>
      color ? styleText(format, text, { validateStream: false }) : text;
  return {
    pass: style(['bgGreen', 'black', 'bold']),
    fail: style(['bgRed', 'white', 'bold']),
    cannotTell: style(['bgYellow', 'black', 'bold']),
    strong: style('bold'),
    quiet: style('dim'),
    loud: style(['bold', 'underline']),
  };
}
