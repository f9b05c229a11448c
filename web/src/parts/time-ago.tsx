import { useClock } from './clock.ts';
import { age, ago, exactTime } from './words.ts';

interface TimeAgoProps {
  readonly at: string;
  readonly still?: boolean;
  /** As an age: `6 h old`. */
  readonly old?: boolean;
}

/** A relative time; the exact one on hover and, outside tables, on focus. */
export function TimeAgo({ at, still = false, old = false }: TimeAgoProps) {
  const now = useClock();
  const text = old ? age(at, now) : ago(at, now);
  if (still)
    return (
      <time dateTime={at} title={exactTime(at)}>
        {text}
      </time>
    );
  return (
    <button type="button" className="time" data-exact={exactTime(at)} aria-label={`${text}: ${exactTime(at)}`}>
      <time dateTime={at}>{text}</time>
    </button>
  );
}
