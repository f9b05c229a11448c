import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyImage, policyChange } from '../../../test/make/any-policy.ts';
import { makeRecord } from '../../../test/make/record.ts';
import {
  canonicalJson,
  type Policy,
  preparePolicy,
  type Scope,
  touchedImages,
  type Waiver,
} from '../../policy/index.ts';
import { judgeInScopesUntil } from './index.ts';

const now = new Date('2026-06-01T00:00:00Z');
const digest = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;
const base: Policy = {
  name: 'shop',
  rules: { 'no-shell': { effect: 'fail' }, 'required-labels': { effect: 'warn', labels: { team: '*' } } },
  scopes: [],
  waivers: [],
};
const cart = { digest: digest(1), otherDigests: [digest(11)], reference: 'registry.example.com/shop/cart:1' };
const till = { digest: digest(2), otherDigests: [], reference: 'till:2' };
const touched = (before: Partial<Policy>, after: Partial<Policy>): string[] => {
  const touches = touchedImages({ ...base, ...before }, { ...base, ...after });
  if (touches === 'all') return ['all'];
  return [cart, till].filter(touches).map(({ reference }) => reference);
};
const waiver = (more: Partial<Waiver>): Waiver => ({ id: 'w', owner: 'ada', reason: 'why', rule: 'no-shell', ...more });
const scope = (more: Partial<Scope>): Scope => ({ name: 'strict', match: {}, ...more });

describe('what another policy touches', () => {
  test('is nothing where only words differ that are not asked', () => {
    expect(touched({}, {})).toEqual([]);
    expect(touched({}, { description: 'of the shop', waiverExpiry: 'required', builds: { dirty: 'refuse' } })).toEqual(
      [],
    );
  });

  test('is everything where the name differs, or what is asked everywhere', () => {
    expect(touched({}, { name: 'other' })).toEqual(['all']);
    expect(touched({}, { cannotTell: 'warn' })).toEqual(['all']);
    expect(touched({}, { restart: { graceDays: 1 } })).toEqual(['all']);
    expect(touched({}, { rules: { 'no-shell': { effect: 'warn' } } })).toEqual(['all']);
    expect(touched({}, { conditions: [{ name: 'c', expression: 'true', message: 'm' }] })).toEqual(['all']);
  });

  test('of a scope is what its patterns on images leave in, before or after', () => {
    const shop = scope({ match: { images: ['registry.example.com/shop/*'] } });
    expect(touched({}, { scopes: [shop] })).toEqual(['registry.example.com/shop/cart:1']);
    expect(touched({ scopes: [shop] }, {})).toEqual(['registry.example.com/shop/cart:1']);
    expect(touched({ scopes: [shop] }, { scopes: [{ ...shop, description: 'of the shop' }] })).toEqual([]);
    expect(touched({ scopes: [shop] }, { scopes: [{ ...shop, cannotTell: 'warn' }] })).toEqual([
      'registry.example.com/shop/cart:1',
    ]);
    expect(touched({ scopes: [shop] }, { scopes: [scope({ match: { images: ['till:*'] } })] })).toEqual([
      'registry.example.com/shop/cart:1',
      'till:2',
    ]);
    expect(touched({}, { scopes: [scope({ match: { teams: ['a'], imageLabels: { b: 'c' } } })] })).toEqual([
      'registry.example.com/shop/cart:1',
      'till:2',
    ]);
  });

  test('of a waiver is what its patterns on image and scope mean, by any name', () => {
    const of = (more: Partial<Waiver>): string[] => touched({}, { waivers: [waiver(more)] });
    expect(of({})).toEqual(['registry.example.com/shop/cart:1', 'till:2']);
    expect(of({ image: 'registry.example.com/shop/cart' })).toEqual(['registry.example.com/shop/cart:1']);
    expect(of({ image: 'docker.io/library/till' })).toEqual(['till:2']);
    expect(of({ image: digest(11) })).toEqual(['registry.example.com/shop/cart:1']);
    expect(of({ image: digest(2) })).toEqual(['till:2']);
    expect(of({ image: 'docker.io/other/*' })).toEqual([]);
    expect(of({ scope: 'strict' })).toEqual([]);
    expect(of({ scope: 'def*' })).toEqual(['registry.example.com/shop/cart:1', 'till:2']);
    const scopes = [scope({ match: { images: ['till:*'] } })];
    expect(touched({ scopes }, { scopes, waivers: [waiver({ scope: 'strict' })] })).toEqual(['till:2']);
  });

  test('of waivers that changed places is what all of them mean', () => {
    const [a, b] = [waiver({ id: 'a', image: 'till:*' }), waiver({ id: 'b', image: 'till' })];
    const c = waiver({ id: 'c', image: 'registry.example.com/**' });
    expect(touched({ waivers: [a, b] }, { waivers: [a, c, b] })).toEqual(['registry.example.com/shop/cart:1']);
    expect(touched({ waivers: [a, b] }, { waivers: [b, a] })).toEqual(['till:2']);
  });
});

test('is never too little: of what is not touched both policies say the same, until the same moment', async () => {
  let untouched = 0;
  await fc.assert(
    fc.asyncProperty(
      policyChange,
      fc.array(anyImage, { minLength: 1, maxLength: 4 }),
      async ([before, after], images) => {
        const touches = touchedImages(JSON.parse(canonicalJson(before)) as Policy, after);
        if (touches === 'all') return;
        const both = [before, after].map(async (policy) => ({ policy, prepared: await preparePolicy(policy) }));
        const [old, other] = await Promise.all(both);
        for (const { n, reference: name, labels, shells, created } of images) {
          const known = { digest: digest(n), otherDigests: [digest(10 + n), digest(20 + n)], reference: name };
          if (touches(known)) continue;
          untouched++;
          const record = makeRecord({
            image: { digest: digest(n), manifestDigest: digest(10 + n), configDigest: digest(20 + n), labels, created },
            executables: shells.map((path) => ({ place: { path, layer: 0, owner: 'base' } })),
          });
          const said = (by: typeof old): string =>
            canonicalJson(
              judgeInScopesUntil(record, by!, { names: [name], now })
                .map(({ verdict, until }) => [{ ...verdict, policy: verdict.policy.name }, until?.toISOString()])
                .sort(),
            );
          expect(said(other)).toBe(said(old));
        }
      },
    ),
    { numRuns: 3000, seed: 7 },
  );
  // It would say nothing of policies that touch everything.
  expect(untouched).toBeGreaterThan(500);
});
