import { dayOf, daysSince, momentsAfter } from '../days.ts';
import type { Rule } from '../rule.ts';

interface Settings {
  readonly maxAgeDays: number;
}

/** The advisory database is young enough to speak of today. */
export const advisoryDataAge: Rule<Settings> = {
  name: 'advisory-data-age',
  summary: 'The advisory database that the image was compared with is at most so many days old.',
  explanation:
    'An old database knows nothing of last week. Too old, dated in the future, or absent is never a violation and never ' +
    'a pass: the verdict cannot tell. Asked by itself wherever a rule on vulnerabilities is asked; turn it off by name.',
  needs: ['advisories'],
  implied: 'with-vulnerabilities',
  defaults: { maxAgeDays: 7 },
  settings: (z) => ({ maxAgeDays: z.number().min(0).max(3650).describe('Days that the data may be old. Default 7.') }),
  check(record, { maxAgeDays }, { now }) {
    if (record.advisories === undefined) return { violations: [] };
    const mend = 'plimsoll db update, then judge again';
    const { builtAt } = record.advisories;
    const age = daysSince(builtAt, now);
    if (age === undefined)
      return { violations: [], doubts: [{ what: 'how old the advisory database is: it has no date', mend }] };
    if (age < -1)
      return {
        violations: [],
        doubts: [{ what: `how old the advisory database is: it is dated ${dayOf(builtAt)}, after today`, mend }],
      };
    if (age <= maxAgeDays) return { violations: [] };
    const what = `what became known since ${dayOf(builtAt)}: the advisory database is older than ${maxAgeDays} days`;
    return { violations: [], doubts: [{ what, mend }] };
  },
  moments({ advisories }, { maxAgeDays }) {
    return [...momentsAfter(advisories?.builtAt, -1), ...momentsAfter(advisories?.builtAt, maxAgeDays)];
  },
};
