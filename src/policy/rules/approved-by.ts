import { daysSince, momentsAfter } from '../days.ts';
import { matchesAny, matchesPattern } from '../pattern.ts';
import type { Rule } from '../rule.ts';
import {
  attestationsOf,
  evidenceOr,
  missingSetting,
  refusedText,
  vouchingDraft,
  type VouchingSettings,
} from '../vouching.ts';

interface Settings extends VouchingSettings {
  readonly roles: readonly string[];
  readonly people: readonly string[];
  readonly atLeast: number;
  readonly maxAgeDays: number;
}

/** People approved the image. */
export const approvedBy: Rule<Settings> = {
  name: 'approved-by',
  summary: 'So many people whom the trust root names approved this very image.',
  explanation:
    'An approval is a statement about the digest, signed with the person’s own key or log-in (plimsoll attest --type ' +
    'approval). Roles are those that the trust root gives, not those that anyone claims. An approval for a scope counts in ' +
    'that scope alone; each person counts once; one that ended does not count. With roles given, each role must be there.',
  needs: [],
  defaults: { missing: 'cannot-tell', roles: [], people: [], atLeast: 1, maxAgeDays: 36_500 },
  settings: (z) => ({
    missing: missingSetting(z),
    roles: z.array(z.string().max(300)).describe('Roles of which each must have approved. Default none.'),
    people: z.array(z.string().max(300)).describe('Patterns on who may approve; empty: anyone named. Default empty.'),
    atLeast: z.number().int().min(1).max(100).describe('How many people. Default 1.'),
    maxAgeDays: z.number().min(0).max(36_500).describe('Days since the approval. Default 36500.'),
  }),
  check(_record, settings, facts) {
    const looked = evidenceOr(facts, settings, 'who approved it');
    if ('answer' in looked) return looked.answer;
    const given = attestationsOf(looked.evidence, 'approval').map((approval) => ({
      ...approval,
      objection: objectionTo(approval, settings, { scope: facts.context.scope, now: facts.now }),
    }));
    const counting = given.filter(({ objection }) => objection === undefined);
    const others = given.flatMap(({ objection }) => objection ?? []).slice(0, mostTold);
    const people = [...new Set(counting.map(({ signer }) => signer.name))].sort();
    const mend = 'ask for it: plimsoll attest --type approval --statement TEXT IMAGE@DIGEST';
    const violations = settings.roles
      .filter((role) => !counting.some(({ signer }) => signer.roles?.includes(role) === true))
      .map((role) =>
        vouchingDraft(`approval:${role}`, `nobody with the role ${role} approved it`, 'the policy demands it', mend),
      );
    if (people.length < settings.atLeast) {
      const nobody = others.length === 0 ? 'nobody approved it' : `no approval counts: ${others.join('; ')}`;
      const what = people.length === 0 ? nobody : `approved by ${people.join(', ')} alone`;
      const why = `the policy demands ${settings.atLeast} ${settings.atLeast === 1 ? 'approval' : 'approvals'}`;
      violations.push(
        vouchingDraft('approval', what, `${why}${people.length === 0 ? refusedText(looked.evidence) : ''}`, mend),
      );
    }
    return { violations };
  },
  moments(_record, { maxAgeDays }, { context }) {
    if (context.evidence === undefined) return [];
    return attestationsOf(context.evidence, 'approval').flatMap(({ facts: { approvedAt, until } }) => [
      ...momentsAfter(approvedAt, -1),
      ...momentsAfter(approvedAt, maxAgeDays),
      ...momentsAfter(until === undefined ? undefined : new Date(until).toISOString(), 0),
    ]);
  },
};

/** Approvals that do not count are told with their reasons, some of them. */
const mostTold = 3;

type Approval = ReturnType<typeof attestationsOf<'approval'>>[number];

/** Why an approval does not count here; undefined where it does. */
function objectionTo(
  { facts: said, signer }: Approval,
  settings: Settings,
  { scope = '', now }: { readonly scope: string | undefined; readonly now: Date },
): string | undefined {
  const { name } = signer;
  if (signer.kind !== 'person') return `${name} is no person`;
  if (settings.people.length > 0 && !matchesAny(settings.people, name)) return `${name} is not among those who may`;
  if (said.scope !== undefined && !scope.split('+').some((part) => matchesPattern(said.scope!, part)))
    return `${name} approved it for scope ${said.scope}`;
  if (said.until !== undefined && new Date(said.until).getTime() <= now.getTime())
    return `that of ${name} ended on ${said.until.slice(0, 10)}`;
  const age = daysSince(said.approvedAt, now);
  if (age === undefined || age < -1) return `that of ${name} is from the future`;
  return age > settings.maxAgeDays ? `that of ${name} is older than ${settings.maxAgeDays} days` : undefined;
}
