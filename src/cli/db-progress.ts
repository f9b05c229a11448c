import type { Io } from './io.ts';
import { monotonicMs } from './monotonic.ts';

/** One line on standard error that overwrites itself; shown on a terminal only, at most ten times a second. */
export interface ProgressLine {
  show(text: string): void;
  clear(): void;
}

export function progressLine(io: Io, isQuiet: boolean): ProgressLine {
  if (!io.progress || isQuiet) return { show: () => undefined, clear: () => undefined };
  let last = 0;
  let isShown = false;
  return {
    show(text) {
      const now = monotonicMs();
      if (now - last < 100) return;
      last = now;
      isShown = true;
      const width = Math.max(20, io.columns - 1);
      const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
      io.stderr.write(`\r\u001b[K${plain.length > width ? `${plain.slice(0, width - 1)}…` : plain}`);
    },
    clear() {
      if (isShown) io.stderr.write('\r\u001b[K');
      isShown = false;
    },
  };
}
