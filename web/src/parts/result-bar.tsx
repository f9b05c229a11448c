import type { ReactNode } from 'react';
import type { AnyResult, ResultCounts } from '../api/contract.ts';
import { Mark, resultWords } from './mark.tsx';
import { count } from './words.ts';

export const resultOrder: readonly AnyResult[] = ['fail', 'cannot-tell', 'unknown', 'pass'];

export function countOf(counts: ResultCounts, result: AnyResult): number {
  return result === 'cannot-tell' ? counts.cannotTell : counts[result];
}

export function totalOf(counts: ResultCounts): number {
  return counts.pass + counts.fail + counts.cannotTell + counts.unknown;
}

/** A bar to scale, gravest first; what is there at all is at least a few pixels wide. */
export function ResultBar({ counts, of }: { readonly counts: ResultCounts; readonly of?: number }) {
  const total = totalOf(counts);
  return (
    <div className="result-bar-room" aria-hidden="true">
      <div className="result-bar" style={{ width: `${of === undefined || of === 0 ? 100 : (total / of) * 100}%` }}>
        {resultOrder.map((result) => {
          const value = countOf(counts, result);
          return value === 0 ? null : (
            <span key={result} className={`result-part is-${result}`} style={{ flexGrow: value }} />
          );
        })}
      </div>
    </div>
  );
}

/** The same in words, each a link to what it counts where one is given. */
export function ResultWords({
  counts,
  link,
}: {
  readonly counts: ResultCounts;
  readonly link?: (result: AnyResult, text: ReactNode) => ReactNode;
}) {
  return (
    <ul className="result-words">
      {resultOrder.map((result) => {
        const value = countOf(counts, result);
        if (value === 0) return null;
        const text = (
          <>
            <Mark result={result} size={14} /> {count(value)} {resultWords[result]}
          </>
        );
        return (
          <li key={result} className={`is-${result}`}>
            {link === undefined ? text : link(result, text)}
          </li>
        );
      })}
    </ul>
  );
}
