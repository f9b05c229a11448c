import type { Io } from './io.ts';
import { monotonicMs } from './monotonic.ts';

/** One line on stderr that says what is going on; nothing at all where stderr is no terminal. */
export function progressLine(io: Io, quiet: boolean): { show(text: string): void } {
  if (!io.progress || quiet) return { show: () => undefined };
  let shownAt = 0;
  return {
    show(text) {
      const now = monotonicMs();
      if (now - shownAt < 80) return;
      shownAt = now;
      io.stderr.write(`\r\u001b[K${text.slice(0, io.columns - 1)}`);
    },
  };
}
