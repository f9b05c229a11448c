import type { Severity as SeverityWord, SeverityCounts } from '../api/contract.ts';

export const severityOrder: readonly SeverityWord[] = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'];

const lengths: Readonly<Record<SeverityWord, number>> = {
  critical: 28,
  high: 21,
  medium: 14,
  low: 7,
  negligible: 3,
  unknown: 0,
};

/** A bar by its length and the word; no traffic light, since red belongs to verdicts. */
export function Severity({ value }: { readonly value: SeverityWord }) {
  return (
    <span className="severity">
      <svg className="severity-bar" width="28" height="8" aria-hidden="true">
        <rect className="severity-ground" width="28" height="8" rx="1" />
        <rect className="severity-fill" width={lengths[value]} height="8" rx="1" />
      </svg>
      {value}
    </span>
  );
}

/** `2 critical, 5 high, 31 other`; "none" where there is none. */
export function severityText(counts: SeverityCounts): string {
  const other = counts.medium + counts.low + counts.negligible + counts.unknown;
  const parts = [
    counts.critical > 0 ? `${counts.critical.toLocaleString('en')} critical` : '',
    counts.high > 0 ? `${counts.high.toLocaleString('en')} high` : '',
    other > 0 ? `${other.toLocaleString('en')} other` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'none' : parts.join(', ');
}
