import { packageNames } from '../package-names.ts';
import { matchesPattern } from '../pattern.ts';
import { isDeleted } from '../rule.ts';
import type { Rule } from '../rule.ts';

interface Settings {
  readonly packages: readonly string[];
}

/** Each of the listed packages is in the image. */
export const requiredPackages: Rule<Settings> = {
  name: 'required-packages',
  summary: 'Each of the listed packages is in the image.',
  explanation:
    'Patterns as in forbidden-packages. Deleted packages do not count. Unread package databases cannot tell.',
  needs: [],
  defaults: { packages: [] },
  settings: (z) => ({
    packages: z.array(z.string().min(1).max(1000)).describe('Patterns; each must match a package.'),
  }),
  check(record, { packages }) {
    const present = record.packages.filter(({ place }) => !isDeleted(place));
    const hidden = record.problems.some(({ hides }) => hides === 'packages' || hides === 'all');
    const missing = packages.filter(
      (pattern) => !present.some((found) => packageNames(found).some((name) => matchesPattern(pattern, name))),
    );
    if (hidden)
      return {
        violations: [],
        doubts: missing.map((pattern) => ({
          what: `whether package ${pattern} is there: not all packages could be read`,
        })),
      };
    const violations = missing.map((pattern) => ({
      subject: `required-package:${pattern}`,
      severity: 'medium' as const,
      what: `no package ${pattern}`,
      why: 'the policy requires it',
      owner: 'image' as const,
      mend: `install ${pattern}`,
    }));
    return { violations };
  },
};
