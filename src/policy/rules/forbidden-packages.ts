import type { Package } from '../../model/index.ts';
import { meansPackage } from '../package-names.ts';
import { isDeleted } from '../rule.ts';
import type { DoubtDraft, Draft, Rule } from '../rule.ts';
import { parseVersionRange, versionsSetting } from '../version-range.ts';

interface Entry {
  readonly package: string;
  readonly versions?: string;
  readonly why?: string;
  readonly instead?: string;
}

interface Settings {
  readonly packages: readonly (string | Entry)[];
  readonly countDeleted: boolean;
  readonly countDev: boolean;
}

/** None of the listed packages is in the image. */
export const forbiddenPackages: Rule<Settings> = {
  name: 'forbidden-packages',
  summary: 'None of the listed packages is in the image.',
  explanation:
    'A pattern stands for a name (telnet, @evil/*), a name with version (log4j-core@2.14.*, org.example:lib@1.0), or a ' +
    'purl (pkg:npm/event-stream@3.3.6). versions says which versions are meant ("<2.17.1", ">=1.0 <2"), in the order ' +
    "of the package's own kind; one that cannot be compared cannot be told. Each may say why it is forbidden and what " +
    'to use instead.',
  needs: [],
  defaults: { packages: [], countDeleted: false, countDev: false },
  settings: (z) => ({
    packages: z
      .array(
        z.union([
          z.string().min(1).max(1000),
          z.strictObject({
            package: z.string().min(1).max(1000),
            versions: versionsSetting(z),
            why: z.string().max(500).optional(),
            instead: z.string().max(500).optional(),
          }),
        ]),
      )
      .describe('Patterns, or mappings of `package` (a pattern), `versions` (a range), `why` and `instead`.'),
    countDeleted: z.boolean().describe('Also count packages that an upper layer deleted. Default false.'),
    countDev: z.boolean().describe('Also count development packages of lock files. Default false.'),
  }),
  check(record, settings) {
    const entries = settings.packages
      .map((entry) => (typeof entry === 'string' ? { package: entry } : entry))
      .map((entry: Entry) => ({ entry, range: parseVersionRange(entry.versions ?? '') }));
    const violations: Draft[] = [];
    const doubts: DoubtDraft[] = [];
    for (const found of record.packages) {
      if ((isDeleted(found.place) && !settings.countDeleted) || (found.dev === true && !settings.countDev)) continue;
      const unknown: DoubtDraft[] = [];
      const broken = entries.find(({ entry, range }) => {
        const answer = meansPackage(entry.package, range, found);
        if (typeof answer === 'object')
          unknown.push({ what: `whether ${nameOf(found)} is ${entry.package} ${entry.versions}: ${answer.why}` });
        return answer === true;
      });
      if (broken !== undefined) violations.push(draft(found, broken.entry));
      else doubts.push(...unknown);
    }
    return { violations, doubts };
  },
};

function draft(found: Package, entry: Entry): Draft {
  const { package: pattern, versions, why, instead } = entry;
  const other = versions === undefined ? 'remove it' : `remove it, or take a version that is not ${versions}`;
  return {
    subject: `package:${found.id}`,
    severity: 'high',
    what: nameOf(found),
    why: why ?? `${pattern}${versions === undefined ? '' : ` ${versions}`} is forbidden`,
    owner: found.place.owner,
    mend: instead === undefined ? other : `use ${instead} instead`,
    place: found.place,
    package: `${found.name}@${found.version}`,
  };
}

function nameOf({ type, name, version }: Package): string {
  return `${type} package ${name} ${version}`.trimEnd();
}
