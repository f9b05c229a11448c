import type { ImageRecord } from '../../model/index.ts';
import type { Draft, Rule, RuleFacts } from '../rule.ts';

interface Settings {
  readonly onlyNumeric: boolean;
}

const mend = 'end the Dockerfile with USER 65532:65532 (any number but 0)';

/** The configured user is not root. */
export const noRootUser: Rule<Settings> = {
  name: 'no-root-user',
  summary: 'The image starts as a user other than root.',
  explanation:
    'No user, 0, root, and any name whose number in /etc/passwd is 0 are root. A name that the image does not know cannot ' +
    "be told. onlyNumeric also asks for a number, which is what Kubernetes' runAsNonRoot needs.",
  needs: ['configuration'],
  defaults: { onlyNumeric: false },
  settings: (z) => ({ onlyNumeric: z.boolean().describe('Ask for a numeric user. Default false.') }),
  check(record, settings, facts) {
    if (record.image.kind !== 'image') return { violations: [] };
    const user = (record.image.configuration.user ?? '').split(':', 1)[0]!.trim();
    if (user === '') return { violations: [draft('no user is set', 'the image starts as root')] };
    if (/^\d+$/.test(user))
      return { violations: Number(user) === 0 ? [draft(`user ${user}`, 'the image starts as root')] : [] };
    return byName(record, user, { settings, facts });
  },
};

function byName(record: ImageRecord, user: string, { settings, facts }: { settings: Settings; facts: RuleFacts }) {
  const uid = facts.lookup.account(user)?.uid ?? (user === 'root' ? 0 : undefined);
  if (uid === 0) return { violations: [draft(`user ${user}`, 'its number is 0: the image starts as root')] };
  const doubts =
    uid === undefined
      ? [{ what: `whether user ${user} is root: /etc/passwd of the image does not name it`, mend }]
      : [];
  if (!settings.onlyNumeric) return { violations: [], doubts };
  return { violations: [draft(`user ${user}`, 'a user must be a number')], doubts };
}

function draft(what: string, why: string): Draft {
  return { subject: 'user', severity: 'high', what, why, owner: 'image', mend };
}
