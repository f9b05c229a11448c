import { expect, test } from 'vitest';
import { madeOn as now, makeRecord } from '../../../test/make/record.ts';
import type { BaseStanding, Digest, EvidenceSigner, TrustEvidence, VerifiedAttestation } from '../../model/index.ts';
import { judge, preparePolicy } from '../index.ts';

const subject = `sha256:${'0'.repeat(64)}` as Digest;
const ci: EvidenceSigner = { kind: 'builder', name: 'ci', keyId: 'sha256:1' };
const alice: EvidenceSigner = { kind: 'person', name: 'alice', roles: ['security'] };
const bob: EvidenceSigner = { kind: 'person', name: 'bob', roles: ['release'] };

function evidence(more: Partial<TrustEvidence>): TrustEvidence {
  const trustRoot = { name: 'acme', digest: subject };
  return { trustRoot, repository: 'r.acme.dev/app', signatures: [], attestations: [], refused: [], ...more };
}

function attested(signer: EvidenceSigner, facts: VerifiedAttestation['facts']): VerifiedAttestation {
  return { signer, subject, predicateType: 'https://example.com/t', facts };
}

const provenance = {
  kind: 'provenance' as const,
  builderId: 'https://ci.acme.dev/main',
  source: { uri: 'https://github.com/acme/cart', revision: 'abc' },
  images: [
    { reference: 'golang:1.22', isBase: false },
    { reference: 'r.acme.dev/base/debian:12', isBase: true },
  ],
};
const standing = (result: BaseStanding['result'], what: string): BaseStanding => ({
  reference: 'r.acme.dev/base/debian:12',
  result,
  what,
});
const approval = { kind: 'approval' as const, statement: 'fit', approvedAt: '2025-12-30T00:00:00Z' };
const analysis = { kind: 'analysis' as const, tools: ['semgrep'], results: { error: 0, warning: 2, note: 0 } };

const cases: readonly (readonly [string, string, object, TrustEvidence, readonly string[]])[] = [
  ['signed-by-builder', 'a signature', {}, evidence({ signatures: [{ signer: ci, subject }] }), []],
  [
    'signed-by-builder',
    'a signature of another builder',
    { builders: ['release-*'] },
    evidence({ signatures: [{ signer: ci, subject }] }),
    ["signed by ci, not by release-*: the policy demands a builder's signature"],
  ],
  [
    'signed-by-builder',
    'nothing but what was refused',
    {},
    evidence({ refused: [{ code: 'key-revoked', where: 'bundle', what: 'its key was revoked' }] }),
    [
      "no builder of trust root acme signed it: the policy demands a builder's signature; of what was found 1 does not count: its key was revoked (key-revoked)",
    ],
  ],
  [
    'provenance-from',
    'an allowed source and base',
    { sources: ['https://github.com/acme/*'], builders: ['https://ci.acme.dev/**'], bases: ['r.acme.dev/base/**'] },
    evidence({ attestations: [attested(ci, provenance)] }),
    [],
  ],
  [
    'provenance-from',
    'another source',
    { sources: ['https://github.com/acme/checkout'] },
    evidence({ attestations: [attested(ci, provenance)] }),
    ['built from https://github.com/acme/cart: the policy demands provenance'],
  ],
  [
    'provenance-from',
    'a base of elsewhere',
    { bases: ['debian:*'] },
    evidence({ attestations: [attested(ci, provenance)] }),
    ['built on r.acme.dev/base/debian:12: the policy demands provenance'],
  ],
  [
    'provenance-from',
    'a base that somebody stands behind',
    { onlyEndorsed: true },
    evidence({ attestations: [attested(ci, provenance)], bases: [standing('endorsed', 'debian-12')] }),
    [],
  ],
  [
    'provenance-from',
    'a base that is retired',
    { onlyEndorsed: true },
    evidence({ attestations: [attested(ci, provenance)], bases: [standing('refused', 'debian-12 was retired')] }),
    ['built on r.acme.dev/base/debian:12: debian-12 was retired'],
  ],
  [
    'provenance-from',
    'a base whose registry is out of reach',
    { onlyEndorsed: true },
    evidence({ attestations: [attested(ci, provenance)], bases: [standing('cannot-tell', 'it is away')] }),
    ['unknown whether its base r.acme.dev/base/debian:12 is endorsed: it is away'],
  ],
  [
    'provenance-from',
    'a base that nobody was asked about',
    { onlyEndorsed: true },
    evidence({ attestations: [attested(ci, provenance)] }),
    ['unknown whether its base is endorsed: nobody was asked'],
  ],
  [
    'provenance-from',
    'changes in no revision',
    {},
    evidence({ attestations: [attested(ci, { ...provenance, dirty: true })] }),
    ['built from https://github.com/acme/cart with changes that are in no revision: the policy demands provenance'],
  ],
  [
    'provenance-from',
    'none',
    {},
    evidence({}),
    ['no builder says what it was built from: the policy demands provenance'],
  ],
  ['code-analysis-clean', 'only warnings', {}, evidence({ attestations: [attested(ci, analysis)] }), []],
  [
    'code-analysis-clean',
    'warnings that count',
    { atLeast: 'warning' },
    evidence({ attestations: [attested(ci, analysis)] }),
    ['semgrep: 2 warning: allowed: 0 at warning and above'],
  ],
  [
    'code-analysis-clean',
    'a tool that did not run',
    { tools: ['CodeQL'] },
    evidence({ attestations: [attested(ci, analysis)] }),
    ['no fresh results of CodeQL: the policy demands results of code analysis'],
  ],
  [
    'code-analysis-clean',
    'results of last year',
    { maxAgeDays: 30 },
    evidence({ attestations: [attested(ci, { ...analysis, ranAt: '2025-01-01T00:00:00Z' })] }),
    ['the results of code analysis are older than 30 days: the policy demands results of code analysis'],
  ],
  ['approved-by', 'an approval', { roles: ['security'] }, evidence({ attestations: [attested(alice, approval)] }), []],
  [
    'approved-by',
    'an approval twice by one person',
    { atLeast: 2 },
    evidence({ attestations: [attested(alice, approval), attested(alice, approval)] }),
    ['approved by alice alone: the policy demands 2 approvals'],
  ],
  [
    'approved-by',
    'a role that is missing',
    { roles: ['security', 'release'], atLeast: 2 },
    evidence({ attestations: [attested(bob, approval)] }),
    [
      'approved by bob alone: the policy demands 2 approvals',
      'nobody with the role security approved it: the policy demands it',
    ],
  ],
  [
    'approved-by',
    'an approval for another scope, and one that ended',
    {},
    evidence({
      attestations: [
        attested(alice, { ...approval, scope: 'test' }),
        attested(bob, { ...approval, until: '2025-12-31T00:00:00Z' }),
      ],
    }),
    [
      'no approval counts: alice approved it for scope test; that of bob ended on 2025-12-31: the policy demands 1 approval',
    ],
  ],
  [
    'approved-by',
    "a builder's word for a person's",
    {},
    evidence({ attestations: [attested(ci, approval)] }),
    ['no approval counts: ci is no person: the policy demands 1 approval'],
  ],
];

test.each(cases)('%s: %s', async (rule, _, settings, given, expected) => {
  const off = { 'nothing-unread': { effect: 'off' as const } };
  const policy = { name: 'test', rules: { ...off, [rule]: settings }, scopes: [], waivers: [] };
  const { violations, doubts } = judge(makeRecord({}), await preparePolicy(policy), { now, evidence: given });
  const said = [
    ...violations.map(({ what, why }) => `${what}: ${why}`),
    ...doubts.map(({ what }) => `unknown ${what}`),
  ];
  expect(said).toEqual(expected);
});

test('a verdict names the evidence that it was made with', async () => {
  const policy = await preparePolicy({ name: 'test', rules: { 'signed-by-builder': {} }, scopes: [], waivers: [] });
  const digestOf = (given: TrustEvidence | undefined): string | undefined =>
    judge(makeRecord({}), policy, { now, ...(given === undefined ? {} : { evidence: given }) }).evidenceDigest;
  expect(digestOf(undefined)).toBeUndefined();
  expect(digestOf(evidence({}))).toBe(digestOf(evidence({})));
  expect(digestOf(evidence({ signatures: [{ signer: ci, subject }] }))).not.toBe(digestOf(evidence({})));
});
