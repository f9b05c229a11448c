import type { Package } from '../../model/index.ts';
import { packageNames } from '../package-names.ts';
import { matchesAny } from '../pattern.ts';
import { isDeleted } from '../rule.ts';
import type { Rule } from '../rule.ts';

interface Entry {
  readonly package: string;
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
    'purl (pkg:npm/event-stream@3.3.6). Each may say why it is forbidden and what to use instead.',
  needs: [],
  defaults: { packages: [], countDeleted: false, countDev: false },
  settings: (z) => ({
    packages: z
      .array(
        z.union([
          z.string().min(1).max(1000),
          z.strictObject({
            package: z.string().min(1).max(1000),
            why: z.string().max(500).optional(),
            instead: z.string().max(500).optional(),
          }),
        ]),
      )
      .describe('Patterns, or mappings of `package` (a pattern), `why` and `instead`.'),
    countDeleted: z.boolean().describe('Also count packages that an upper layer deleted. Default false.'),
    countDev: z.boolean().describe('Also count development packages of lock files. Default false.'),
  }),
  check(record, settings) {
    const entries = settings.packages.map((entry) => (typeof entry === 'string' ? { package: entry } : entry));
    const violations = [];
    for (const found of record.packages) {
      if ((isDeleted(found.place) && !settings.countDeleted) || (found.dev === true && !settings.countDev)) continue;
      const names = packageNames(found);
      const entry = entries.find(({ package: pattern }) => names.some((name) => matchesAny([pattern], name)));
      if (entry !== undefined) violations.push(draft(found, entry));
    }
    return { violations };
  },
};

function draft(found: Package, entry: Entry) {
  const name = `${found.name}@${found.version}`;
  return {
    subject: `package:${found.id}`,
    severity: 'high' as const,
    what: `${found.type} package ${found.name} ${found.version}`.trimEnd(),
    why: entry.why ?? `${entry.package} is forbidden`,
    owner: found.place.owner,
    mend: entry.instead === undefined ? 'remove it' : `use ${entry.instead} instead`,
    place: found.place,
    package: name,
  };
}
