import type { Rule } from '../rule.ts';
import { matchesAny } from '../pattern.ts';

interface Settings {
  readonly except: readonly string[];
}

/** The advisory database has data for every kind of package in the image. */
export const advisoryCoverage: Rule<Settings> = {
  name: 'advisory-coverage',
  summary: 'The advisory database has data for every ecosystem of the packages in the image.',
  explanation:
    'No finding means nothing for packages that nobody looked up. Each ecosystem without data, and each kind of package ' +
    'for which no ecosystem is known, is something that cannot be told. Asked by itself wherever a rule on ' +
    'vulnerabilities is asked. Name in except what you accept not to know.',
  needs: ['advisories'],
  implied: 'with-vulnerabilities',
  defaults: { except: [] },
  settings: (z) => ({
    except: z
      .array(z.string().max(200))
      .describe('Patterns on ecosystems (npm, Debian:12) or package types (deb). Default none.'),
  }),
  check(record, { except }) {
    if (record.advisories === undefined) return { violations: [] };
    const doubts = [];
    for (const ecosystem of record.advisories.uncovered) {
      if (matchesAny(except, ecosystem)) continue;
      const what = `vulnerabilities of ${ecosystem} packages: the advisory database has no data for them`;
      doubts.push({ what, mend: 'plimsoll db update, or plimsoll db import with data for them' });
    }
    const counts = new Map<string, number>();
    for (const { ecosystem, type } of record.packages) {
      if (ecosystem === undefined && !matchesAny(except, type)) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    for (const [type, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
      doubts.push({ what: `vulnerabilities of ${count} ${type} packages: no source of advisories is known for them` });
    return { violations: [], doubts };
  },
};
