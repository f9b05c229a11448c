import { ago, exactTime } from './words.ts';

/** A relative time; the exact one on hover and, outside tables, on focus. */
export function TimeAgo({ at, still = false }: { readonly at: string; readonly still?: boolean }) {
  if (still)
    return (
      <time dateTime={at} title={exactTime(at)}>
        {ago(at)}
      </time>
    );
  return (
    <button type="button" className="time" data-exact={exactTime(at)} aria-label={`${ago(at)}: ${exactTime(at)}`}>
      <time dateTime={at}>{ago(at)}</time>
    </button>
  );
}
