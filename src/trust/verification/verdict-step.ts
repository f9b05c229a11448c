import type { VerdictFacts, VerificationStep, VerifiedAttestation } from '../../model/index.ts';
import { mendOf, type Refusal, refusal } from '../refusal.ts';
import type { TrustRoot } from '../root/trust-root.ts';
import type { Attempt } from './examine.ts';

const dayMs = 86_400_000;
/** Clocks of machines differ by less. */
const skewMs = 5 * 60_000;

export interface VerdictQuestion {
  readonly root: TrustRoot;
  readonly repository: string;
  readonly now: Date;
  readonly attempts: readonly Attempt[];
}

/** Whether the newest verdict on it passes and is fresh: an older pass says nothing once there is a newer one. */
export function verdictStep(attestations: readonly VerifiedAttestation[], question: VerdictQuestion): VerificationStep {
  const { policies } = question.root.verdict;
  const verdicts = attestations.map(({ facts }) => facts).filter((facts) => facts.kind === 'verdict');
  const asked = verdicts.filter(({ policy }) => policies.length === 0 || policies.includes(policy));
  const newest = asked.reduce<VerdictFacts | undefined>(
    (best, each) => (best === undefined || each.judgedAt > best.judgedAt ? each : best),
    undefined,
  );
  if (newest !== undefined) {
    const why = objection(newest, question);
    if (why === undefined)
      return { step: 'verdict', result: 'pass', what: `${newest.policy} judged it pass on ${newest.judgedAt}` };
    return { step: 'verdict', result: resultOf(newest, why), code: why.code, what: why.what, mend: mendOf(why.code) };
  }
  const other = verdicts[0];
  if (other !== undefined)
    return unknown('verdict-other-policy', `it was judged by ${other.policy}, not by ${policies.join(' or ')}`);
  const refused = question.attempts.find(
    ({ predicateType, refusal: why }) =>
      why !== undefined && predicateType?.startsWith('https://slsa.dev/verification_summary/') === true,
  )?.refusal;
  return refused === undefined
    ? unknown('verdict-missing', 'nobody attests that a policy judged it')
    : { step: 'verdict', result: 'fail', code: refused.code, what: refused.what, mend: mendOf(refused.code) };
}

function objection(verdict: VerdictFacts, { root, repository, now }: VerdictQuestion): Refusal | undefined {
  const { policy, judgedAt, result, resource } = verdict;
  const ageMs = now.getTime() - Date.parse(judgedAt);
  if (repositoryIn(resource) !== repository)
    return refusal('verdict-other-resource', `the verdict is about ${resource || 'nothing'}, not about ${repository}`);
  if (ageMs < -skewMs) return refusal('verdict-from-the-future', `the verdict says it was made on ${judgedAt}`);
  if (result !== 'pass') return refusal('verdict-not-pass', `${policy} judged it ${wordOf(result)} on ${judgedAt}`);
  return ageMs > root.verdict.maxAgeDays * dayMs
    ? refusal('verdict-stale', `${policy} judged it on ${judgedAt}; allowed: ${root.verdict.maxAgeDays} days`)
    : undefined;
}

function resultOf(verdict: VerdictFacts, { code }: Refusal): VerificationStep['result'] {
  return code === 'verdict-not-pass' && verdict.result === 'cannot-tell' ? 'cannot-tell' : 'fail';
}

function wordOf(result: VerdictFacts['result']): string {
  return result === 'cannot-tell' ? 'cannot tell' : result;
}

/** `registry/repository` of a reference, with or without scheme, tag and digest. */
function repositoryIn(resource: string): string {
  const name = resource.replace(/^(?:oci|docker):\/\//, '').split('@', 1)[0]!;
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

function unknown(code: Refusal['code'], what: string): VerificationStep {
  return { step: 'verdict', result: 'cannot-tell', code, what, mend: mendOf(code) };
}
