import type { Verdict, VerdictResult } from '../../model/index.ts';
import { member, textAt } from '../envelope/members.ts';
import type { PredicateKind } from './predicate.ts';

const results: readonly VerdictResult[] = ['pass', 'fail', 'cannot-tell'];

/** A verdict as SLSA verification summary (slsa.dev/verification_summary v1). */
export const verdict: PredicateKind = {
  names: ['verdict', 'vsa'],
  types: ['https://slsa.dev/verification_summary/v1'],
  summary: 'a policy’s verdict (SLSA verification summary), made by a scan',
  read(predicate) {
    const judgedAt = textAt(predicate, 'timeVerified');
    const said = textAt(predicate, 'verificationResult');
    if (judgedAt === undefined || Number.isNaN(Date.parse(judgedAt)) || said === undefined) return undefined;
    // SLSA knows two words; ours stands beside them. A summary that failed never becomes a pass by it.
    const own = results.find((result) => result === textAt(predicate, 'plimsoll', 'result'));
    const result = said === 'PASSED' ? (own ?? 'pass') : own === 'cannot-tell' ? 'cannot-tell' : 'fail';
    const policyDigest = textAt(predicate, 'policy', 'digest', 'sha256');
    const scope = textAt(predicate, 'plimsoll', 'scope');
    return {
      kind: 'verdict',
      result,
      policy: textAt(predicate, 'policy', 'uri') ?? '',
      ...(policyDigest === undefined ? {} : { policyDigest: `sha256:${policyDigest}` }),
      ...(scope === undefined ? {} : { scope }),
      judgedAt: new Date(judgedAt).toISOString(),
      resource: textAt(predicate, 'resourceUri') ?? '',
      verifier: textAt(predicate, 'verifier', 'id') ?? '',
    };
  },
  complaint: (predicate) =>
    ['verifier', 'timeVerified', 'resourceUri', 'policy', 'verificationResult'].some(
      (name) => member(predicate, name) === undefined,
    )
      ? 'a verification summary has verifier, timeVerified, resourceUri, policy and verificationResult'
      : undefined,
};

/** The predicate that a verdict of ours makes. What SLSA has no word for stands under `plimsoll`. */
export function verdictPredicate(
  judged: Verdict,
  { resource, now }: { readonly resource: string; readonly now: Date },
): object {
  const { engine, policy, result, scope, databaseDigest, vexDigest, violations, doubts, waived } = judged;
  return {
    verifier: { id: 'https://plimsoll.dev', version: { plimsoll: engine.replace(/^plimsoll /, '') } },
    timeVerified: now.toISOString(),
    resourceUri: resource,
    policy: { uri: policy.name, digest: { sha256: policy.digest.replace(/^sha256:/, '') } },
    verificationResult: result === 'pass' ? 'PASSED' : 'FAILED',
    verifiedLevels: [],
    slsaVersion: '1.1',
    plimsoll: {
      result,
      scope,
      ...(databaseDigest === undefined ? {} : { databaseDigest }),
      ...(vexDigest === undefined ? {} : { vexDigest }),
      violations: violations.length,
      doubts: doubts.length,
      waived: waived.length,
    },
  };
}
