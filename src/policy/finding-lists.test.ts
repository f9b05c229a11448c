import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeRecord } from '../../test/make/record.ts';
import type { Finding } from '../model/index.ts';
import { judgeUntil, parsePolicy, preparePolicy, rules } from './index.ts';

const dayMs = 86_400_000;
const begin = Date.parse('2026-01-01T00:00:00Z');
const day = fc.integer({ min: 0, max: 20 }).map((n) => new Date(begin + n * dayMs).toISOString().slice(0, 10));

const stub = fc.record({
  advisory: fc.constantFrom('CVE-1', 'CVE-2', 'GHSA-3'),
  name: fc.constantFrom('openssl', 'left-pad', 'x y'),
  severity: fc.constantFrom('critical', 'high', 'medium', 'unknown'),
  state: fc.constantFrom('fixed', 'not-fixed', 'wont-fix', 'unknown'),
  availableAt: fc.option(day, { nil: undefined }),
  published: fc.option(day, { nil: undefined }),
  exploited: fc.option(fc.constantFrom({ since: '2025-01-01' }, { since: '2025-01-02', ransomware: true }), {
    nil: undefined,
  }),
  score: fc.option(fc.constantFrom(0.1, 0.9), { nil: undefined }),
  owner: fc.constantFrom('base', 'app'),
  deletedIn: fc.option(fc.constant(3), { nil: undefined }),
  isDev: fc.boolean(),
});
type Stub = typeof stub extends fc.Arbitrary<infer Value> ? Value : never;

/** Findings and their packages; ids say of which list they are. */
function listOf(name: string, stubs: readonly Stub[]) {
  const packages = stubs.map((one, i) => ({
    id: `${name}-${i}`,
    type: 'npm',
    name: one.name,
    version: '1',
    ...(one.isDev ? { dev: true } : {}),
    place: { path: `/${name}/${i}`, owner: one.owner, layer: 0 },
  }));
  const findings = stubs.map((one, i) => ({
    kind: 'vulnerability',
    id: `vulnerability-${name}-${i}`,
    advisory: one.advisory,
    severity: one.severity,
    packageId: `${name}-${i}`,
    packageName: one.name,
    packageVersion: '1',
    fix: { state: one.state, ...(one.state === 'fixed' ? { version: '2', availableAt: one.availableAt } : {}) },
    published: one.published,
    exploited: one.exploited,
    ...(one.score === undefined ? {} : { epss: { score: one.score, percentile: one.score } }),
    place: { path: `/${name}/${i}`, owner: one.owner, layer: 0, deletedIn: one.deletedIn },
  }));
  const record = makeRecord({ packages, findings });
  return { packages: record.packages, findings: record.findings };
}

const policyText = (settings: string): string => `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: all }
restart: { graceDays: 5 }
rules:
  known-exploited: { effect: fail${settings} }
  fixable-severity: { effect: fail, atLeast: medium, fixedForDays: 4${settings} }
  unfixed-severity: { effect: warn, atLeast: high, knownForDays: 6${settings} }
  exploit-likelihood: { effect: fail${settings} }
  no-secrets: fail
waivers:
  - { id: w, finding: CVE-1, package: 'x y*', owner: a, reason: b, expires: 2026-01-12 }
  - { id: u, finding: CVE-2, image: 'shop*', owner: a, reason: b, untilFixed: true }
`;
const policies = await Promise.all(
  ['', ', countDev: true, countDeleted: true', ', owners: [app]'].map(async (settings) =>
    preparePolicy((await parsePolicy(policyText(settings), 'all.yaml')).policy),
  ),
);

test('what rules say of lists that other records have is what they say of each record, whenever they are asked', () => {
  const lists = fc.array(stub, { maxLength: 5 });
  const asking = fc.record({
    policy: fc.constantFrom(...policies),
    own: lists,
    shared: fc.subarray([0, 1, 2]),
    base: fc.constantFrom('debian:12', 'node:24', null),
    now: fc.integer({ min: -2 * dayMs, max: 25 * dayMs }),
    isRestart: fc.boolean(),
    reference: fc.constantFrom('shop/cart:1', 'other:2'),
  });
  fc.assert(
    fc.property(fc.tuple(lists, lists, lists), fc.array(asking, { minLength: 1, maxLength: 8 }), (stubs, askings) => {
      // One and the same list in record after record.
      const bases = stubs.map((each, i) => listOf(`base-${i}`, each));
      for (const { policy, own, shared, base, now, isRestart, reference } of askings) {
        const parts = shared.map((i) => bases[i]!);
        const mine = listOf('own', own);
        const secret: Finding = makeRecord({ findings: [{ kind: 'secret', place: { owner: 'app' } }] }).findings[0]!;
        const findings = [...parts.flatMap((part) => part.findings), ...mine.findings, secret];
        const record = {
          ...makeRecord({ base: base === null ? null : { name: base } }),
          findings,
          packages: [...parts.flatMap((part) => part.packages), ...mine.packages],
        };
        const context = {
          now: new Date(begin + now),
          reference,
          ...(isRestart ? { deployment: 'restart' as const, approvedDigest: record.image.digest } : {}),
        };
        const findingLists = { shared: parts.map((part) => part.findings), own: [...mine.findings, secret] };
        const said = judgeUntil(record, policy, { ...context, findingLists });
        const whole = judgeUntil(record, policy, context);
        expect(JSON.stringify(said)).toBe(JSON.stringify(whole));
      }
    }),
    { numRuns: 300, seed: 5 },
  );
});

test('rules that are asked of lists are those on vulnerabilities that look at one at a time', () => {
  expect(rules.filter(({ ofEachFinding }) => ofEachFinding === true).map(({ name }) => name)).toEqual([
    'known-exploited',
    'fixable-severity',
    'unfixed-severity',
  ]);
});
