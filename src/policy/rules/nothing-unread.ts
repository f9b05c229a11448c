import type { Problem } from '../../model/index.ts';
import { matchesAny } from '../pattern.ts';
import type { DoubtDraft, Rule } from '../rule.ts';

interface Settings {
  readonly hides: readonly string[];
  readonly exceptPaths: readonly string[];
  readonly exceptCodes: readonly string[];
}

const kinds = ['all', 'packages', 'executables', 'secrets', 'certificates', 'accounts', 'advisories'] as const;
const most = 100;

/** Everything in the image could be read and understood. */
export const nothingUnread: Rule<Settings> = {
  name: 'nothing-unread',
  summary: 'Everything in the image could be read and understood.',
  explanation:
    'What could not be read may hide anything, so each problem of the scan is something that cannot be told. Always asked ' +
    'unless turned off by name. hides says which kinds of hidden contents matter; exceptPaths and exceptCodes accept ' +
    'known blind spots.',
  needs: [],
  implied: 'always',
  defaults: { hides: kinds, exceptPaths: [], exceptCodes: [] },
  settings: (z) => ({
    hides: z.array(z.enum(kinds)).describe('Kinds of contents that must not be hidden. Default all kinds.'),
    exceptPaths: z.array(z.string().max(4096)).describe('Patterns on paths that may stay unread. Default none.'),
    exceptCodes: z
      .array(z.string().max(200))
      .describe('Patterns on codes of problems that are accepted. Default none.'),
  }),
  check(record, settings) {
    const unread = record.problems.filter(
      (problem) =>
        settings.hides.includes(problem.hides) &&
        !matchesAny(settings.exceptCodes, problem.code) &&
        !(problem.path !== undefined && matchesAny(settings.exceptPaths, problem.path)),
    );
    const doubts: DoubtDraft[] = unread.slice(0, most).map((problem) => ({ what: wording(problem) }));
    if (unread.length > most) doubts.push({ what: `${unread.length - most} more things that could not be read` });
    return { violations: [], doubts };
  },
};

function wording({ path, message, hides }: Problem): string {
  const where = path === undefined || message.includes(path) ? '' : `${path}: `;
  return `${where}${message} (may hide ${hides === 'all' ? 'anything' : hides})`;
}
