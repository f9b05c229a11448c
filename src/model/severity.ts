/** Severities from the gravest to the lightest; `unknown` is not "none": nobody has said. */
export const severities = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const;
export type Severity = (typeof severities)[number];

const ranks = Object.fromEntries(severities.map((severity, rank) => [severity, rank])) as Record<Severity, number>;

/** Whether a severity is at least as grave as another. `unknown` is at least only `unknown`. */
export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return ranks[severity] <= ranks[floor];
}

/** Order for sorting, gravest first. */
export function compareSeverity(a: Severity, b: Severity): number {
  return ranks[a] - ranks[b];
}
