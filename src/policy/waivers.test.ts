import { describe, expect, test } from 'vitest';
import { madeOn as now, makeRecord } from '../../test/make/record.ts';
import { defaultPolicy, judge, parsePolicy, parseWaivers, preparePolicy, unusedWaivers, withWaivers } from './index.ts';
import type { JudgeContext, Policy } from './index.ts';

const reference = 'shop.example.com/cart:1.8.2';
const lodash = {
  kind: 'vulnerability',
  advisory: 'CVE-2021-23337',
  aliases: ['GHSA-35jh-r3h4-6jhm'],
  severity: 'high',
  packageId: 'p1',
  packageName: 'lodash',
  packageVersion: '4.17.20',
  fix: { state: 'not-fixed' },
  exploited: { since: '2025-01-01' },
  place: { path: '/app/node_modules/lodash/package.json', layer: 3 },
};
const odd = '/srv/a*b?\\c "quoted"\u202e\n.env';
const record = makeRecord({
  image: { configuration: { user: null } },
  base: null,
  packages: [
    {
      id: 'p1',
      type: 'npm',
      name: 'lodash',
      version: '4.17.20',
      ecosystem: 'npm',
      place: { path: '/app/node_modules/lodash/package.json', layer: 3 },
    },
    {
      id: 'p2',
      type: 'npm',
      name: 'lodash',
      version: '4.17.20',
      ecosystem: 'npm',
      place: { path: '/b/lodash/package.json', layer: 3 },
    },
  ],
  findings: [
    lodash,
    { ...lodash, packageId: 'p2', place: { path: '/b/lodash/package.json', layer: 3 } },
    { ...lodash, advisory: 'CVE-2020-8203', aliases: [] },
    { ...lodash, place: { path: '/app/x.jar', innerPath: 'a.jar', layer: 3 } },
    { ...lodash, place: { path: '/app/x.jar', innerPath: 'b.jar', layer: 3 } },
    { kind: 'secret', rule: 'aws', place: { path: odd, line: 1 } },
    { kind: 'secret', rule: 'aws', place: { path: odd, line: 2 } },
    { kind: 'secret', rule: 'aws', place: { path: odd.replace('*', 'x'), line: 2 } },
    { kind: 'secret', rule: 'aws', place: { configuration: 'env:AWS_SECRET' } },
    { kind: 'private-key', place: { path: '/etc/ssl/key.pem' } },
  ],
  accounts: [{ name: 'toor', uid: 0, password: 'empty', place: { path: '/etc/passwd' } }],
  executables: [{ place: { path: '/usr/bin/su' }, mode: 0o4755 }, { place: { path: '/usr/bin/apt-get' } }],
});

function filledIn(waiver: string): string {
  return waiver
    .replace('"TODO: who answers for it"', 'team shop')
    .replace('"TODO: why it is acceptable"', 'never reached')
    .replace('"TODO: YYYY-MM-DD"', '2026-06-30');
}

async function judged(policy: Policy, context: Partial<JudgeContext> = {}) {
  return judge(record, await preparePolicy(policy), { now, reference, ...context });
}

describe('the waiver of a violation', () => {
  test.each([reference, undefined])('waives exactly that violation when pasted, image %s', async (named) => {
    const before = await judged(defaultPolicy, { reference: named });
    const all = [...before.violations, ...before.warnings];
    expect(all.length).toBeGreaterThan(12);
    for (const violation of all) {
      const waivers = await parseWaivers(filledIn(violation.waiver), 'waivers.yaml');
      const after = await judged(withWaivers(defaultPolicy, waivers), { reference: named });
      expect(after.waived.map(({ violation: { id } }) => id)).toEqual([violation.id]);
      expect(after.waived[0]!.waiver).toMatchObject({
        owner: 'team shop',
        reason: 'never reached',
        expires: '2026-06-30',
      });
      expect([...after.violations, ...after.warnings].map(({ id }) => id)).toEqual(
        all.map(({ id }) => id).filter((id) => id !== violation.id),
      );
    }
  });

  test('changes the digest of the policy that the verdict names, and so does its reason', async () => {
    const waiver = { id: 'w', rule: 'no-shell', owner: 'shop', expires: '2026-06-30' };
    const digestWith = async (...reasons: string[]) =>
      (
        await judged(
          withWaivers(
            defaultPolicy,
            reasons.map((reason) => ({ ...waiver, reason })),
          ),
        )
      ).policy.digest;
    const digests = [await digestWith(), await digestWith('needed'), await digestWith('needed by sh')];
    expect(digests[0]).toBe((await judged(defaultPolicy)).policy.digest);
    expect(new Set(digests).size).toBe(3);
  });

  test('is refused as long as it is not filled in', async () => {
    const [violation] = (await judged(defaultPolicy)).violations;
    await expect(parseWaivers(violation!.waiver, 'waivers.yaml')).rejects.toMatchObject({
      code: 'invalid-policy',
      message: expect.stringContaining('owner: still says TODO: fill it in') as string,
    });
  });
});

describe('waivers', () => {
  const text = (waiver: string) => `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: test }
rules: { known-exploited: fail }
---
apiVersion: plimsoll.dev/v1
kind: Waivers
waivers:
  - { id: w, owner: shop, reason: accepted, ${waiver} }
`;
  const waivedBy = async (waiver: string, context: Partial<JudgeContext> = {}, findings?: readonly object[]) => {
    const { policy } = await parsePolicy(text(waiver), 'policy.yaml');
    const subject = findings === undefined ? record : makeRecord({ findings });
    return judge(subject, await preparePolicy(policy), { now, reference, ...context });
  };

  test.each([
    ['finding: CVE-2021-*', 4],
    ['finding: GHSA-35jh-r3h4-6jhm', 4],
    ['package: lodash', 5],
    ['package: "lodash@4.17.*"', 5],
    ['package: "pkg:npm/lodash"', 5],
    ['package: lodash@4.17.21', 0],
    ['path: /app/**', 4],
    ['path: /b/*/package.json, finding: CVE-2021-23337', 1],
    ['rule: known-*, image: "shop.example.com/*"', 5],
    ['rule: known-exploited, image: "shop.example.com/cart:1.8.*"', 5],
    ['rule: known-exploited, image: "other.example.com/*"', 0],
    ['rule: known-exploited, scope: default', 5],
    ['rule: known-exploited, scope: production', 0],
    ['rule: known-exploited, expires: 2026-01-01', 5],
    ['rule: known-exploited, expires: 2025-12-31', 0],
  ])('%s covers %i', async (waiver, count) => {
    const { waived, violations } = await waivedBy(waiver);
    expect([waived.length, violations.length]).toEqual([count, 5 - count]);
  });

  test('end on the day after the last', async () => {
    const { endedWaivers } = await waivedBy('rule: known-exploited, expires: 2025-12-31');
    expect(endedWaivers).toEqual([{ id: 'w', why: 'it expired on 2025-12-31' }]);
    // Of an image that has nothing of it that is no news, unless it is the one that is named.
    const elsewhere = await waivedBy('rule: no-such-rule, expires: 2025-12-31');
    expect(elsewhere.endedWaivers).toEqual([]);
    const named = await waivedBy('rule: no-such-rule, image: "shop.example.com/cart", expires: 2025-12-31');
    expect(named.endedWaivers).toEqual([{ id: 'w', why: 'it expired on 2025-12-31' }]);
  });

  test('end when a fix appears, if they say so', async () => {
    const fixed = { ...lodash, fix: { state: 'fixed', version: '4.17.21' } };
    const ended = await waivedBy('finding: CVE-2021-23337, untilFixed: true', {}, [fixed]);
    expect(ended).toMatchObject({
      result: 'fail',
      waived: [],
      endedWaivers: [{ id: 'w', why: 'a fix is out: 4.17.21' }],
    });
    const held = await waivedBy('finding: CVE-2021-23337, untilFixed: true', {}, [lodash]);
    expect(held).toMatchObject({ result: 'pass', waived: [{ waiver: { id: 'w' } }], endedWaivers: [] });
  });

  test('end when they match nothing any more in the image that they name', async () => {
    const gone = await waivedBy('finding: CVE-2021-23337, image: "shop.example.com/cart"', {}, []);
    expect(gone.endedWaivers).toEqual([{ id: 'w', why: 'it matches nothing in this image any more' }]);
    const elsewhere = await waivedBy('finding: CVE-2021-23337', {}, []);
    expect(elsewhere.endedWaivers).toEqual([]);
    const { policy } = await parsePolicy(text('finding: CVE-2021-23337'), 'policy.yaml');
    expect(unusedWaivers(policy.waivers, [gone, elsewhere])).toEqual(policy.waivers);
  });

  test('must end by the production policy, and need an owner and a reason by any', async () => {
    await expect(
      parsePolicy(text('finding: x').replace('rules:', 'extends: production\nrules:'), 'p.yaml'),
    ).rejects.toMatchObject({
      message: 'p.yaml:10:5: policy test asks that a waiver ends: give expires: YYYY-MM-DD or untilFixed: true',
    });
    await expect(parsePolicy(text('finding: x').replace('owner: shop, ', ''), 'p.yaml')).rejects.toMatchObject({
      message: 'p.yaml:9:5: missing field "owner"',
    });
    expect(() => withWaivers(defaultPolicy, [{ id: 'w', rule: 'x', owner: 'a', reason: 'b' }])).toThrow(
      'waiver w: policy production asks',
    );
  });
});
