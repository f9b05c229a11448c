/** What the parts of `npm start` work with. */
export interface StartWorld {
  /** The checkout. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts on Ctrl-C and when somebody ends the process. */
  readonly signal: AbortSignal;
}

/** What is being done, to whoever waits; on standard error, so that a command's own output stays its own. */
export function say(text: string): void {
  process.stderr.write(`» ${text}\n`);
}
