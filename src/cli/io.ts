import type { Readable } from 'node:stream';
import type { Output } from './output.ts';

/** The world as a command sees it; tests hand in their own. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Width of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Whether stdout takes colour: a terminal, and no NO_COLOR. */
  readonly color: boolean;
  /** Whether stderr is a terminal that can show progress. */
  readonly progress: boolean;
  /** The time at which the command started. */
  readonly now: Date;
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** What the process will exit with; a command sets it when it is not 0. */
  exitStatus: number;
}
