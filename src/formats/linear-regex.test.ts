import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearRegex } from './linear-regex.ts';
import { fuzz } from '../../test/make/fuzz.ts';

describe('linearRegex', () => {
  test.each([
    ['a+b', 'xaab', true],
    ['^a+b$', 'xaab', false],
    ['^(?:foo|ba[rz]){2}$', 'foobaz', true],
    ['^v?\\d+\\.\\d{1,3}$', 'v12.345', true],
    ['^v?\\d+\\.\\d{1,3}$', 'v12.3456', false],
    ['(?i)^log4J', 'LOG4j-core', true],
    ['[^a-c\\d]', 'abc123', false],
    ['[]a]', ']', true],
    ['\\bsh\\b', '/bin/sh', true],
    ['\\bsh\\b', '/bin/ash', false],
    ['', '', true],
    ['a|', 'b', true],
    ['^$', 'x', false],
    ['(a*)*c', 'aaab', false],
  ])('%s on %s is %s', (pattern, text, expected) => {
    expect(linearRegex(pattern).test(text)).toBe(expected);
  });

  test('takes steps in proportion to pattern and text where a backtracking engine would take for ever', () => {
    const regex = linearRegex('^(a+)+$');
    expect(regex.test('a'.repeat(50_000) + 'b')).toBe(false);
    expect(regex.cost(50_001)).toBeLessThan(1_000_000);
  });

  test.each(['(', 'a)', '*', 'a**', '[a', '(?=a)', '\\1', 'a{3,2}', '(a{1000}){1000}', '\\', '('.repeat(60)])(
    'refuses %s',
    (pattern) => {
      expect(() => linearRegex(pattern)).toThrow(Error);
    },
  );

  test('says the same as the JavaScript engine on what both understand', () => {
    const piece = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(?:a|b)', '(ab)', '\\w', '\\d', '^', '$', '\\b');
    const count = fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '*?');
    const pattern = fc
      .array(fc.tuple(piece, count), { maxLength: 5 })
      .map((parts) => parts.map(([p, c]) => (/^(?:\^|\$|\\b)$/.test(p) ? p : p + c)).join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' '), maxLength: 12 });
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(linearRegex(p).test(t)).toBe(new RegExp(p).test(t));
      }),
      fuzz(3000),
    );
  });
});
