import type { AnyResult } from '../api/contract.ts';

export const resultWords: Readonly<Record<AnyResult, string>> = {
  pass: 'pass',
  fail: 'fail',
  'cannot-tell': 'cannot tell',
  unknown: 'unknown',
};

interface MarkProps {
  readonly result: AnyResult;
  /** Pixels. */
  readonly size?: number;
  /** Judged by older advisories than there are: the ring is thinner. */
  readonly stale?: boolean;
  /** Something was waived: a notch in the line. */
  readonly waived?: boolean;
}

/**
 * The load line: water below it is `pass`, above it `fail`; a dashed and empty ring is `cannot tell`, an empty one without a line
 * an image that nobody looked at. Always beside the word, never for it.
 */
export function Mark({ result, size = 16, stale = false, waived = false }: MarkProps) {
  const ring = stale ? 1 : 2;
  return (
    <svg className={`mark is-${result}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      {result === 'pass' && <path className="mark-water" d="M4.6 16a8.4 8.4 0 0 0 14.8 0z" />}
      {result === 'fail' && <path className="mark-water" d="M4.6 8h14.8a8.4 8.4 0 1 1-14.8 0z" />}
      <circle
        className="mark-ring"
        cx="12"
        cy="12"
        r="8.5"
        strokeWidth={ring}
        strokeDasharray={result === 'cannot-tell' ? '3.4 3.28' : result === 'unknown' ? '1 4.34' : undefined}
      />
      {result !== 'unknown' && <path className="mark-line" d={waived ? 'M1 12h9l2 3 2-3h9' : 'M1 12h22'} />}
      {result === 'fail' && <path className="mark-through" d={waived ? 'M4.6 12h5.4l2 3 2-3h5.4' : 'M4.6 12h14.8'} />}
    </svg>
  );
}

/** The mark and its word. */
export function Verdict({ result, size, stale, waived, note }: MarkProps & { readonly note?: string }) {
  return (
    <span className={`verdict is-${result}`}>
      <Mark result={result} size={size} stale={stale} waived={waived} />
      <span className="verdict-word">{resultWords[result]}</span>
      {note !== undefined && <span className="verdict-note">{note}</span>}
    </span>
  );
}
