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
    const scopes = (facts.context.scope ?? '').split('+');
    const nowIso = facts.now.toISOString();
    const counting = attestationsOf(looked.evidence, 'approval').filter(({ facts: said, signer }) => {
      const age = daysSince(said.approvedAt, facts.now);
      return (
        signer.kind === 'person' &&
        (settings.people.length === 0 || matchesAny(settings.people, signer.name)) &&
        (said.scope === undefined || scopes.some((scope) => matchesPattern(said.scope!, scope))) &&
        (said.until === undefined || new Date(said.until).toISOString() > nowIso) &&
        age !== undefined &&
        age <= settings.maxAgeDays &&
        age >= -1
      );
    });
    const people = [...new Set(counting.map(({ signer }) => signer.name))].sort();
    const mend = 'ask for it: plimsoll attest --type approval --statement TEXT IMAGE@DIGEST';
    const violations = settings.roles
      .filter((role) => !counting.some(({ signer }) => signer.roles?.includes(role) === true))
      .map((role) =>
        vouchingDraft(`approval:${role}`, `nobody with the role ${role} approved it`, 'the policy demands it', mend),
      );
    if (people.length < settings.atLeast) {
      const what = people.length === 0 ? 'nobody approved it' : `approved by ${people.join(', ')} alone`;
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
