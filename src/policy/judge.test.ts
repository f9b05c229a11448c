import { describe, expect, test } from 'vitest';
import { madeOn as now, makeRecord } from '../../test/make/record.ts';
import type { RecordStub } from '../../test/make/record.ts';
import type { Verdict } from '../model/index.ts';
import { defaultPolicy, findPreset, judge, parsePolicy, preparePolicy } from './index.ts';
import type { JudgeContext } from './index.ts';

const head = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: test }\n';
const leaky = {
  kind: 'secret',
  title: 'AWS access key',
  rule: 'aws-access-key-id',
  redacted: 'AKIA…3F7Q',
  place: { path: '/srv/.env', layer: 7, instruction: 'COPY . /srv' },
};
const openssl = {
  kind: 'vulnerability',
  advisory: 'CVE-2024-6119',
  severity: 'high',
  packageName: 'libssl3',
  packageVersion: '3.0.11-1~deb12u2',
  fix: { state: 'fixed', version: '3.0.14-1~deb12u2', availableAt: '2025-12-01' },
  published: '2025-12-30',
  place: { path: '/var/lib/dpkg/status', layer: 0, owner: 'base' },
};

async function verdictOf(yaml: string, stub: RecordStub, context: Partial<JudgeContext> = {}): Promise<Verdict> {
  const { policy } = await parsePolicy(head + yaml, 'policy.yaml');
  return judge(makeRecord(stub), await preparePolicy(policy), { now, ...context });
}

describe('judge', () => {
  test('passes an image without fault by both presets and says what it asked', async () => {
    for (const name of ['production', 'development']) {
      const verdict = judge(makeRecord(), await preparePolicy(findPreset(name)!), { now });
      expect(verdict).toMatchObject({
        result: 'pass',
        scope: 'default',
        violations: [],
        warnings: [],
        doubts: [],
        waived: [],
      });
      expect(verdict.rules.length).toBeGreaterThan(9);
    }
  });

  test('says of a violation what, why, whose, the cheapest mend and the waiver to ask for', async () => {
    const verdict = await verdictOf(
      'rules: { no-secrets: fail }',
      { findings: [leaky] },
      { reference: 'shop.example.com/cart:1.8.2' },
    );
    expect(verdict.result).toBe('fail');
    expect(verdict.violations).toEqual([
      {
        id: 'violation-1d4fbf7cc69693a6',
        rule: 'no-secrets',
        findingId: verdict.violations[0]!.findingId,
        severity: 'high',
        what: 'AWS access key AKIA…3F7Q',
        why: 'whoever can pull the image can use it',
        owner: 'app',
        mend: 'add .env to .dockerignore, rebuild, revoke the credential',
        place: { path: '/srv/.env', layer: 7, owner: 'app', instruction: 'COPY . /srv' },
        waiver: `apiVersion: plimsoll.dev/v1
kind: Waivers
waivers:
  - id: waiver-1d4fbf7cc69693a6
    rule: no-secrets
    finding: ${verdict.violations[0]!.findingId}
    path: /srv/.env
    image: shop.example.com/cart
    scope: default
    owner: "TODO: who answers for it"
    reason: "TODO: why it is acceptable"
    expires: "TODO: YYYY-MM-DD"
`,
      },
    ]);
  });

  test('gives the same bytes for the same inputs, whatever the order of findings', async () => {
    const prepared = await preparePolicy(defaultPolicy);
    const record = makeRecord({ findings: [leaky, openssl, { ...openssl, advisory: 'CVE-2024-5535' }] });
    const turned = { ...record, findings: [...record.findings].reverse() };
    expect(JSON.stringify(judge(turned, prepared, { now }))).toBe(JSON.stringify(judge(record, prepared, { now })));
  });

  test('cannot tell where a rule lacks its evidence, unless the policy only warns of that', async () => {
    const verdict = await verdictOf('rules: { fixable-severity: fail }', { advisories: null });
    expect(verdict).toMatchObject({
      result: 'cannot-tell',
      doubts: [
        { rule: 'fixable-severity', stops: true, what: 'which vulnerabilities apply: no advisory database was used' },
      ],
    });
    const warned = await verdictOf('cannotTell: warn\nrules: { fixable-severity: fail }', { advisories: null });
    expect(warned).toMatchObject({ result: 'pass', doubts: [{ stops: false }] });
    const byRule = await verdictOf(
      'rules: { fixable-severity: { cannotTell: warn }, advisory-data-age: { cannotTell: warn }, advisory-coverage: { cannotTell: warn } }',
      { advisories: null },
    );
    expect(byRule.result).toBe('pass');
  });

  test('a violation outweighs a doubt', async () => {
    const verdict = await verdictOf('rules: { no-secrets: fail }', { findings: [leaky], problems: [{}] });
    expect(verdict.result).toBe('fail');
    expect(verdict.doubts).toHaveLength(1);
  });

  test('asks of itself whether anything was unread and whether the advisories are young and whole', async () => {
    const verdict = await verdictOf('rules: { known-exploited: fail }', {});
    expect(verdict.rules.map(({ rule }) => rule)).toEqual([
      'known-exploited',
      'nothing-unread',
      'advisory-data-age',
      'advisory-coverage',
    ]);
  });

  test('cannot tell by a policy that asks nothing', async () => {
    const verdict = await verdictOf('rules: {}', {});
    expect(verdict.result).toBe('cannot-tell');
    expect(verdict.doubts[0]!.what).toBe('anything: policy test asks nothing in scope default');
  });

  test('keeps the verdict of a rule that only warns from failing', async () => {
    const verdict = await verdictOf('rules: { no-secrets: warn }', { findings: [leaky] });
    expect(verdict).toMatchObject({ result: 'pass', violations: [], warnings: [{ rule: 'no-secrets' }] });
    expect(verdict.rules[0]).toEqual({ rule: 'no-secrets', result: 'pass', effect: 'warn', count: 1 });
  });
});

describe('scopes', () => {
  const scoped = `
rules: { no-secrets: fail, no-shell: off }
scopes:
  - name: dev
    match: { environments: [dev, 'test-*'] }
    cannotTell: warn
    rules: { no-secrets: warn }
  - name: shop
    match: { teams: [shop], images: ['shop.example.com/**'] }
    rules: { no-shell: fail }
  - name: pci
    match: { regulations: [pci], labels: { tier: 'front*' } }
    rules: { no-secrets: { effect: fail, atLeast: critical } }
  - name: by-hand
    rules: { no-secrets: off, no-shell: warn }
`;
  const shell = { executables: [{ place: { path: '/bin/sh', owner: 'base' } }], findings: [leaky] };

  test.each<[string, Partial<JudgeContext>, string, string]>([
    ['none where nothing matches', {}, 'default', 'fail'],
    ['one by its environment', { environment: 'test-3' }, 'dev', 'pass'],
    ['none where only half of it matches', { team: 'shop', reference: 'other.example.com/x:1' }, 'default', 'fail'],
    ['one by team and reference', { team: 'shop', reference: 'shop.example.com/a/cart:1@sha256:00' }, 'shop', 'fail'],
    [
      'several, laid over one another',
      { environment: 'dev', regulations: ['gdpr', 'pci'], labels: { tier: 'frontend' } },
      'dev+pci',
      'pass',
    ],
    ['the one that is named, whatever matches', { environment: 'dev', scope: 'by-hand' }, 'by-hand', 'pass'],
    ['none when default is named', { environment: 'dev', scope: 'default' }, 'default', 'fail'],
    ['several that are named', { scope: 'pci+dev' }, 'dev+pci', 'pass'],
  ])('takes %s', async (_, context, scope, result) => {
    expect(await verdictOf(scoped, shell, context)).toMatchObject({ scope, result });
  });

  test('refuses a name that the policy does not have', async () => {
    await expect(verdictOf(scoped, {}, { scope: 'prod' })).rejects.toMatchObject({
      code: 'unknown-scope',
      kind: 'usage',
      message: 'policy test has no scope prod',
      hint: 'its scopes: default, dev, shop, pci, by-hand',
    });
  });

  test('a label of the image chooses no scope that asks for labels of the place', async () => {
    const verdict = await verdictOf(
      'rules: { no-secrets: fail }\nscopes: [{ name: lax, match: { labels: { lax: "**" } }, rules: { no-secrets: off } }]',
      {
        findings: [leaky],
        image: { labels: { lax: 'yes' } },
      },
    );
    expect(verdict).toMatchObject({ scope: 'default', result: 'fail' });
  });
});

describe('restarts', () => {
  const yaml = 'restart: { graceDays: 14, cannotTell: warn }\nrules: { fixable-severity: fail, no-secrets: fail }';
  const approvedDigest = makeRecord().image.digest;

  test('a restart of the approved digest has days of grace after a new advisory', async () => {
    const verdict = await verdictOf(yaml, { findings: [openssl] }, { deployment: 'restart', approvedDigest });
    expect(verdict).toMatchObject({
      result: 'pass',
      warnings: [
        {
          why: 'fixed in 3.0.14-1~deb12u2 since 2025-12-01; high and above must be fixed; published on 2025-12-30: a restart has 14 days from then',
        },
      ],
    });
  });

  test.each<[string, object, Partial<JudgeContext>]>([
    ['a new deployment', openssl, { approvedDigest }],
    ['another digest', openssl, { deployment: 'restart', approvedDigest: 'sha256:ff' }],
    ['a digest that nobody approved', openssl, { deployment: 'restart' }],
    ['an old advisory', { ...openssl, published: '2025-12-01' }, { deployment: 'restart', approvedDigest }],
    ['an advisory without a day', { ...openssl, published: undefined }, { deployment: 'restart', approvedDigest }],
    ['a secret', leaky, { deployment: 'restart', approvedDigest }],
  ])('%s has none', async (_, finding, context) => {
    expect((await verdictOf(yaml, { findings: [finding] }, context)).result).toBe('fail');
  });

  test('a restart goes on where nobody can tell, if the policy says so', async () => {
    const stub = { advisories: { builtAt: '2025-01-01T00:00:00Z' } };
    expect((await verdictOf(yaml, stub, { deployment: 'restart', approvedDigest })).result).toBe('pass');
    expect((await verdictOf(yaml, stub)).result).toBe('cannot-tell');
  });
});
