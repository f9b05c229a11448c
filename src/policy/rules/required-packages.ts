import type { Package } from '../../model/index.ts';
import { meansPackage } from '../package-names.ts';
import { isDeleted } from '../rule.ts';
import type { DoubtDraft, Draft, Rule } from '../rule.ts';
import { parseVersionRange, versionsSetting } from '../version-range.ts';

interface Entry {
  readonly package: string;
  readonly versions?: string;
}

interface Settings {
  readonly packages: readonly (string | Entry)[];
}

/** Each of the listed packages is in the image. */
export const requiredPackages: Rule<Settings> = {
  name: 'required-packages',
  summary: 'Each of the listed packages is in the image.',
  explanation:
    'Patterns and versions as in forbidden-packages; of several packages that a pattern means, one in the right version ' +
    'is enough. Deleted packages do not count. Unread package databases, and versions that cannot be compared, cannot ' +
    'be told.',
  needs: [],
  defaults: { packages: [] },
  settings: (z) => ({
    packages: z
      .array(
        z.union([
          z.string().min(1).max(1000),
          z.strictObject({
            package: z.string().min(1).max(1000),
            versions: versionsSetting(z),
          }),
        ]),
      )
      .describe('Patterns, or mappings of `package` (a pattern) and `versions` (a range); each must match a package.'),
  }),
  check(record, { packages }) {
    const present = record.packages.filter(({ place }) => !isDeleted(place));
    const isHidden = record.problems.some(({ hides }) => hides === 'packages' || hides === 'all');
    const violations: Draft[] = [];
    const doubts: DoubtDraft[] = [];
    for (const entry of packages) {
      const missing = missingIn(present, typeof entry === 'string' ? { package: entry } : entry);
      if (missing === undefined) continue;
      const { name, others, why } = missing;
      if (why !== undefined) doubts.push({ what: `whether package ${name} is there: ${why}` });
      else if (isHidden) doubts.push({ what: `whether package ${name} is there: not all packages could be read` });
      else
        violations.push({
          subject: `required-package:${name}`,
          severity: 'medium',
          what: others === '' ? `no package ${name}` : `no package ${name}, but ${others}`,
          why: 'the policy requires it',
          owner: 'image',
          mend: `install ${name}`,
        });
    }
    return { violations, doubts };
  },
};

/** Undefined where it is there; else what it is called, which other versions are there, and why one can't be told. */
function missingIn(
  present: readonly Package[],
  { package: pattern, versions }: Entry,
): { readonly name: string; readonly others: string; readonly why?: string } | undefined {
  const range = versions === undefined ? undefined : parseVersionRange(versions);
  const name = versions === undefined ? pattern : `${pattern} ${versions}`;
  const others = new Set<string>();
  let why: string | undefined;
  for (const found of present) {
    const answer = meansPackage(pattern, range, found);
    if (answer === true) return undefined;
    if (answer !== false) why ??= `of ${found.name}, ${answer.why}`;
    else if (range !== undefined && meansPackage(pattern, undefined, found) === true) others.add(found.version);
  }
  const shown = [...others].slice(0, 3).join(', ') + (others.size > 3 ? ', …' : '');
  return { name, others: shown, ...(why === undefined ? {} : { why }) };
}
