import { describe, expect, test } from 'vitest';
import { pickRelease } from './releases.ts';

describe('majors, as Node has them', () => {
  const known = [24, 22, 20];
  test.each([
    [undefined, 24, true],
    ['>=18.17', 24, true],
    ['>=18 <23', 22, true],
    ['>=18.0.0 <22.0.0', 20, true],
    ['^22.3.1', 22, true],
    ['~20.11', 20, true],
    ['20.x', 20, true],
    ['18 || 20 || 22', 22, true],
    ['22.3.1', 22, true],
    ['<=22', 22, true],
    ['>22', 24, true],
    // Not among those known, but there by its own number.
    ['16', 16, true],
    ['^26.1.0', 26, true],
    ['*', 24, true],
    ['lts/*', 24, true],
    // No release is both.
    ['>=30 <20', 24, false],
  ] as const)('%s: %d', (wanted, release, isMet) => {
    expect(pickRelease(wanted, known)).toEqual({ release, isMet });
  });
});

describe('minors of one major, as Python has them', () => {
  const known = [11, 13, 12, 14, 10];
  test.each([
    ['>=3.9', 11, true],
    ['>=3.11,<4.0', 11, true],
    ['>=3.12', 13, true],
    ['>=3.12,<3.13', 12, true],
    ['~=3.12', 13, true],
    ['~=3.12.1', 12, true],
    ['^3.12', 13, true],
    ['==3.10.*', 10, true],
    ['3.12', 12, true],
    ['>=2.7,!=3.0.*,!=3.1.*', 11, true],
    ['>3.11', 13, true],
    ['!=3.11', 13, true],
    ['3.9', 9, true],
    ['<3', 11, false],
    ['>=4', 11, false],
  ] as const)('%s: 3.%d', (wanted, release, isMet) => {
    expect(pickRelease(wanted, known, 3)).toEqual({ release, isMet });
  });
});

test('a range of any length is read in its first part only', () => {
  expect(pickRelease('20 '.repeat(100_000), [24, 20])).toEqual({ release: 20, isMet: true });
});
