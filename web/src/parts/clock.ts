import { useSyncExternalStore } from 'react';

/** One clock for the whole page: what says "3 min ago" still says what is so when the page has stood open for an hour. */

const stepMs = 30_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function listen(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, stepMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time of the last step at the latest, in milliseconds; whoever asks is drawn again with each step. */
export function useClock(): number {
  useSyncExternalStore(listen, () => now);
  return Date.now();
}
