import fc from 'fast-check';
import type { Policy, Scope, Waiver } from '../../src/policy/index.ts';

/** Digests of made images. */
export const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

const usualRules = {
  'no-shell': { effect: 'fail' as const },
  'image-age': { effect: 'warn' as const, maxAgeDays: 90 },
  'fixable-severity': { effect: 'fail' as const, atLeast: 'high', fixedForDays: 0 },
};

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const members = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const repositories = ['cart', 'shop/cart', 'registry.example.com/shop/till'] as const;
const reference = fc
  .tuple(fc.constantFrom(...repositories), fc.constantFrom('', ':1', ':2'))
  .map((parts) => parts.join(''));
const imagePattern = fc.oneof(
  fc.constantFrom(
    '**',
    '*',
    '*cart*',
    'shop/*',
    '**/till:1',
    'docker.io/**',
    'sha256:*',
    digestOf(2),
    digestOf(12),
    digestOf(22),
  ),
  reference,
);
const demands = fc.record({
  cannotTell: maybe(fc.constantFrom('stop' as const, 'warn' as const)),
  rules: maybe(
    fc.record({
      'no-shell': fc.constantFrom({ effect: 'fail' as const }, { effect: 'warn' as const }, { effect: 'off' as const }),
      'image-age': fc.record({ effect: fc.constant('fail' as const), maxAgeDays: fc.constantFrom(10, 400) }),
    }),
  ),
});
const anyScope = fc
  .record({
    name: fc.constantFrom('strict', 'lax', 'edge'),
    match: fc.record({
      images: maybe(fc.array(imagePattern, { minLength: 1, maxLength: 2 })),
      imageLabels: maybe(fc.constant({ team: 'a*' })),
      environments: maybe(fc.constant(['production'])),
    }),
    demands,
  })
  .map(({ demands: asked, ...rest }) => members({ ...rest, ...asked }) as Scope);
const anyWaiver = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    rule: maybe(fc.constantFrom('no-shell', '**')),
    finding: maybe(fc.constantFrom('CVE-2026-1', 'GHSA-aaaa-bbbb-cccc', 'CVE-2026-2', 'CVE-*')),
    package: maybe(fc.constantFrom('left', 'left@1.0.0', 'pkg:npm/hole', 'ho*', 'calm')),
    path: maybe(fc.constantFrom('/bin/*', '/usr/**')),
    image: maybe(imagePattern),
    scope: maybe(fc.constantFrom('default', 'strict', '*', 'l*')),
    expires: maybe(fc.constantFrom('2026-05-01', '2026-07-01')),
    owner: fc.constantFrom('ada', 'bob'),
    reason: fc.constant('why'),
  })
  .map((text) => members(text) as Waiver);
export const anyPolicy = fc
  .record({
    demands: fc.oneof({ weight: 9, arbitrary: fc.constant({ rules: usualRules }) }, { weight: 1, arbitrary: demands }),
    scopes: fc.uniqueArray(anyScope, { selector: ({ name }) => name, maxLength: 3 }),
    waivers: fc.uniqueArray(anyWaiver, { selector: ({ id }) => id, maxLength: 4 }),
  })
  .map(({ demands: asked, ...rest }) => members({ name: 'shop', ...asked, ...rest }) as Policy);

/** A policy, and another with some of its parts and some of its own. */
export const policyChange = fc
  .tuple(anyPolicy, anyPolicy, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }))
  .map(([before, other, keeps]): readonly [Policy, Policy] => {
    const mixed = <T>(from: number, own: readonly T[], others: readonly T[], key: (part: T) => string): T[] => {
      const kept = own.filter((_, i) => keeps[from + i]);
      const known = new Set(kept.map(key));
      const more = others.filter((part) => !known.has(key(part)));
      return keeps[11] ? [...kept, ...more] : [...more, ...kept];
    };
    const { rules, cannotTell } = keeps[0] ? other : before;
    const scopes = mixed(1, before.scopes, other.scopes, ({ name }) => name);
    const waivers = mixed(5, before.waivers, other.waivers, ({ id }) => id);
    return [before, members({ name: 'shop', rules, cannotTell, scopes, waivers })];
  });
/** As much of an image as those policies ask for. */
export const anyImage = fc.record({
  n: fc.constantFrom(1, 2),
  reference,
  labels: fc.constantFrom({}, { team: 'ada' }),
  shells: fc.subarray(['/bin/sh', '/usr/bin/bash']),
  packages: fc.subarray(['left@1.0.0', 'hole@1.0.0', 'calm@1.0.0']),
  created: fc.constantFrom('2026-05-01T00:00:00Z', '2025-01-01T00:00:00Z'),
});
