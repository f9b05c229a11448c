import { describe, expect, test } from 'vitest';
import { isInRange, parseVersionRange } from './version-range.ts';

describe('a version range', () => {
  test.each<[string, string, string, boolean]>([
    ['<2.17.1', '2.9.1', 'maven', true],
    ['<2.17.1', '2.17.1', 'maven', false],
    ['<=2.17.1', '2.17.1', 'maven', true],
    ['>=1.0 <2', '1.99.3', 'semver', true],
    ['>=1.0 <2', '2.0.0', 'semver', false],
    ['>= 1.0  < 2', '0.9.9', 'semver', false],
    ['=1', '1.0.0', 'semver', true],
    ['<1.0.0', '1.0.0-rc.1', 'semver', true],
    ['>1.19', 'v1.20.3', 'go', true],
    ['<1.0~', '1.0-1', 'deb', false],
    ['<2.0', '1:0.1-1', 'deb', false],
    ['<1.2.3-r1', '1.2.3-r0', 'apk', true],
    ['<3.0.7-16.el9', '1:3.0.1-1.el9', 'rpm', false],
    ['=1.0', '1.0.0', 'pep440', true],
    ['<1.0', '1.0.dev3', 'pep440', true],
    ['<7.0.4.1 || >7.1', '7.2.0', 'gem', true],
    ['<7.0.4.1||>7.1', '7.0.5', 'gem', false],
  ])('%s: %s by %s rules: %s', (text, version, scheme, answer) => {
    expect(isInRange(parseVersionRange(text)!, version, scheme)).toBe(answer);
  });

  test('says why nobody can tell, unless the other bounds decide', () => {
    const why = (text: string, version: string, scheme: string) => isInRange(parseVersionRange(text)!, version, scheme);
    expect(why('<2', '', 'deb')).toEqual({ why: 'it has no known version' });
    expect(why('<2', '(devel)', 'go')).toEqual({ why: 'its version (devel) is none by go rules' });
    expect(why('<2', '1', 'conda')).toEqual({ why: 'nobody knows how versions of scheme conda are ordered' });
    expect(why('<two', '1.0.0', 'semver')).toEqual({ why: 'two is no version by semver rules' });
    expect(why('<two >=1', '1.0.0', 'semver')).toEqual({ why: 'two is no version by semver rules' });
    expect(why('<two >1', '1.0.0', 'semver')).toBe(false);
    expect(why('<two || =1', '1.0.0', 'semver')).toBe(true);
    expect(why('<two || =2', '1.0.0', 'semver')).toEqual({ why: 'two is no version by semver rules' });
  });

  test.each([
    '',
    ' ',
    '1.0',
    '<',
    '<1 ||',
    '|| <1',
    '<1 | >2',
    '<<1',
    '~1.0',
    '^1',
    '1 - 2',
    '<1,>2=',
    '!=1',
    '<1\t>0',
    '=>1',
  ])('is not %j', (text) => {
    expect(parseVersionRange(text)).toBeUndefined();
  });

  test('of any length is read in linear time', () => {
    for (const piece of ['< ', '<', '=', ' ', '||', '<1 ', '>=1||'])
      expect(() => parseVersionRange(piece.repeat(100_000))).not.toThrow();
  });
});
