const dayMs = 86_400_000;

/** The days of fixes and publications come again in image after image, and reading one takes longer than finding it. */
const times = new Map<string, number>();
const mostTimes = 20_000;

/** Milliseconds of an RFC 3339 time or a `YYYY-MM-DD` day (its first moment, UTC); undefined where it is neither. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  let time = times.get(text);
  if (time === undefined) {
    if (text.length > 40) return undefined;
    time = /^\d{4}-\d\d-\d\d(?:$|[T ])/.test(text) ? Date.parse(text) : NaN;
    if (times.size >= mostTimes) times.clear();
    times.set(text, time);
  }
  return Number.isNaN(time) ? undefined : time;
}

/** Days from a time or day until now, fractions included; undefined where the text is no time. */
export function daysSince(text: string | undefined, now: Date): number | undefined {
  const time = timeOf(text);
  return time === undefined ? undefined : (now.getTime() - time) / dayMs;
}

/**
 * The moments between which a comparison of `daysSince(text)` with a number of days gives the same: just before and just after
 * so many days have gone by, in milliseconds. None where the text is no time.
 */
export function momentsAfter(text: string | undefined, days: number): readonly number[] {
  const time = timeOf(text);
  if (time === undefined) return [];
  const moment = Math.floor(time + days * dayMs);
  return [moment, moment + 1];
}

/** Whether a day (`YYYY-MM-DD`), its last moment included, lies behind us; undefined where the text is no day. */
export function isOver(day: string | undefined, now: Date): boolean | undefined {
  const time = timeOf(day);
  return time === undefined ? undefined : now.getTime() >= time + dayMs;
}

/** The day of a time: `YYYY-MM-DD`. */
export function dayOf(text: string): string {
  return text.slice(0, 10);
}
