import type { Term, TrustRoot } from './trust-root.ts';

/**
 * The next moment at which what a trust root says of the same signatures may change because time has gone by: a key begins or ends to
 * count, a revocation begins. Undefined: none will.
 */
export function nextTrustMoment({ builders, people }: TrustRoot, now: Date): Date | undefined {
  let next = Infinity;
  for (const { keys, identities } of [...builders, ...people])
    for (const term of [...keys, ...identities])
      for (const moment of momentsOf(term)) if (moment > now.getTime() && moment < next) next = moment;
  return next === Infinity ? undefined : new Date(next);
}

function momentsOf({ from, until, revoked }: Term): readonly number[] {
  return [
    ...(from === undefined ? [] : [Date.parse(from)]),
    ...(until === undefined ? [] : [endOf(until)]),
    ...(revoked === undefined ? [] : [Date.parse(revoked.at)]),
  ];
}

/** A day ends with its last moment; a time is itself. */
export function endOf(until: string): number {
  return Date.parse(until) + (/^\d{4}-\d\d-\d\d$/.test(until) ? 86_400_000 : 0);
}
