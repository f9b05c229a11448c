import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapePattern, matchesPattern } from './pattern.ts';
import { fuzz } from '../../test/make/fuzz.ts';

test.each([
  ['/etc/*', '/etc/passwd', true],
  ['/etc/*', '/etc/ssl/key.pem', false],
  ['/etc/**', '/etc/ssl/key.pem', true],
  ['**/test/**', '/srv/app/test/fixtures/a.pem', true],
  ['registry.example.com/shop/*', 'registry.example.com/shop/cart', true],
  ['registry.example.com/shop/*', 'registry.example.com/shop/cart/x', false],
  ['CVE-2024-*', 'CVE-2024-6119', true],
  ['lib?sl', 'libssl', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['a', 'b', false],
  ['**', '', true],
])('%s on %s is %s', (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});

test('an escaped text matches itself and nothing else', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '/', '*', '?', '\\') });
  fc.assert(
    fc.property(text, text, (a, b) => matchesPattern(escapePattern(a), b) === (a === b)),
    fuzz(3000),
  );
});

test('a pattern of many stars takes no time to speak of', () => {
  expect(matchesPattern('**a'.repeat(300) + 'x', 'a'.repeat(16_000))).toBe(false);
});
