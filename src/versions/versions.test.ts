import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemeNamed, schemes } from './index.ts';
import { fuzz } from '../../test/make/fuzz.ts';

const corpora = new URL('../../../shared/data/versions/', import.meta.url);
const corpusOf: Readonly<Record<string, string>> = {
  deb: 'debian',
  rpm: 'redhat',
  apk: 'alpine',
  semver: 'semver',
  pep440: 'pypi',
  maven: 'maven',
  gem: 'rubygems',
};

function signOf(scheme: string, a: string, b: string): string {
  const order = schemeNamed(scheme)?.compare(a, b) ?? NaN;
  return order < 0 ? '<' : order > 0 ? '>' : order === 0 ? '=' : '?';
}

describe.skipIf(!existsSync(corpora))(
  'every line of the outside corpora (skipped where ../shared/data is missing)',
  () => {
    for (const [scheme, corpus] of Object.entries(corpusOf)) {
      it(`${scheme} orders ${corpus}-versions.txt as its own tool does, both ways`, () => {
        const pairs = readFileSync(new URL(`${corpus}-versions.txt`, corpora), 'utf8')
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('//'))
          .map((line) => /^(.*?) ?([<>=]) ?(.*)$/.exec(line) ?? ['', line, '?', '']);
        expect(pairs.length).toBeGreaterThan(20);
        const mirror: Readonly<Record<string, string>> = { '<': '>', '>': '<', '=': '=' };
        const wrong = pairs
          .filter(
            ([, a = '', sign = '', b = '']) => signOf(scheme, a, b) !== sign || signOf(scheme, b, a) !== mirror[sign],
          )
          .map(([line, a = '', , b = '']) => `${line} (is ${signOf(scheme, a, b)})`);
        expect(wrong).toEqual([]);
      });
    }
  },
);

/** Pieces from which near-grammar versions are made, so that separators, words and numbers meet in every order. */
const pieces: Readonly<Record<string, readonly string[]>> = {
  deb: ['0', '1', '00', '10', '9', '.', '-', '+', '~', ':', 'a', 'Z', 'deb', '~rc', ' ', 'é'],
  rpm: ['0', '1', '00', '10', '9', '.', '-', '_', '~', '^', ':', 'a', 'Z', 'el8', ' ', 'é'],
  apk: [
    '0',
    '1',
    '01',
    '10',
    '.',
    '.2',
    '_',
    '_alpha',
    '_p',
    '_git',
    '_rc1',
    '-r',
    '-r1',
    '-',
    '~',
    '~ab',
    'a',
    'z',
    'R',
  ],
  semver: ['0', '1', '01', '10', '.', '-', '+', 'v', 'rc', 'Rc', 'alpha', '.0', '-1', ' ', 'é'],
  pep440: [
    '0',
    '1',
    '01',
    '10',
    '.',
    '-',
    '_',
    '!',
    '+',
    'a',
    'rc',
    'post',
    'dev',
    '.dev',
    'r',
    'v',
    'x',
    'preview',
    ' ',
  ],
  maven: ['0', '1', '01', '10', '.', '-', 'a', 'alpha', 'rc', 'cr', 'ga', 'sp', 'x', 'snapshot', 'é', '_'],
  gem: ['0', '1', '01', '10', '.', '-', 'a', 'b', 'pre', 'rc', 'Z', '_', ' '],
  go: ['0', '1', '10', '.', '-', '+', 'v', 'go', 'go1.', 'rc', 'beta1', 'devel', '(devel)', ' X:', 'incompatible'],
};

for (const scheme of schemes) {
  describe(scheme.name, () => {
    const near = fc.array(fc.constantFrom(...(pieces[scheme.name] ?? [])), { maxLength: 8 }).map((all) => all.join(''));
    const text = fc.oneof({ weight: 9, arbitrary: near }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) });
    const runs = fuzz(20_000);

    it('is a total order over any text: reflexive, antisymmetric, transitive', () => {
      fc.assert(
        fc.property(text, text, text, (a, b, c) => {
          const [first = '', second = '', third = ''] = [a, b, c].sort(scheme.compare);
          const ab = Math.sign(scheme.compare(first, second));
          const bc = Math.sign(scheme.compare(second, third));
          const ac = Math.sign(scheme.compare(first, third));
          return (
            scheme.compare(a, a) === 0 &&
            ab + Math.sign(scheme.compare(second, first)) === 0 &&
            ab <= 0 &&
            bc <= 0 &&
            ac === (ab === 0 && bc === 0 ? 0 : -1)
          );
        }),
        runs,
      );
    });

    it('answers for very long text and for its prefixes, without throwing', () => {
      for (const piece of [...(pieces[scheme.name] ?? []), '1.', '1-', '1a', '-', '.', '~', '_p']) {
        const long = piece.repeat(100_000);
        expect(scheme.compare(long, long + piece)).not.toBeNaN();
        expect(typeof scheme.isValid(long)).toBe('boolean');
      }
    });
  });
}

const chains: Readonly<Record<string, readonly (readonly string[])[]>> = {
  deb: [['1.0~~', '1.0~', '1.0~rc1-1', '1.0', '1.0-1~bpo12+1', '1.0-1', '1.0-1+b1', '1.0+dfsg-1', '1.1', '1:0.1']],
  rpm: [['1.0~rc1-1', '1.0-1.el8', '1.0-1.el8_9', '1.0-2.el8', '1.0^20230101-1', '1.0a-1', '1.0.1-1', '1:0.1-1']],
  apk: [['1.2_alpha', '1.2_alpha2', '1.2_rc1', '1.2', '1.2-r0', '1.2-r10', '1.2_p1-r0', '1.2a', '1.2.0', '1.2.3']],
  semver: [['1.0.0-0', '1.0.0-alpha', '1.0.0-alpha.1', '1.0rc1', 'v1', '1.0.1', '1.2']],
  pep440: [
    ['garbage!', '1.dev0', '1.0a1.dev2', '1.0a1', '1.0a1.post1', '1.0b1', '1.0rc1', '1.0', '1.0+ubuntu', '1.0+1'],
    ['1.0', '1.0.post0.dev1', '1.0-1', '1.0.r2', '1.0.1', '1!0.1'],
  ],
  maven: [['1-alpha', '1-beta2', '1-m1', '1-cr1', '1-SNAPSHOT', '1.0', '1-sp', '1-abc', '1-xyz', '1-1', '1.1']],
  gem: [['1.0.0.a', '1.0.0-x', '1.0.0.pre1', '1.0.0', '1.0.1.rc', '1.0.1', '1.10']],
  go: [
    [
      'v0.0.0-20190101000000-abcdefabcdef',
      'v0.0.0-20200101000000-000000000000',
      'v0.1.0',
      'v2.0.0+incompatible',
      'v10.0.0',
    ],
    [
      'go1.20',
      'go1.20.5 X:boringcrypto',
      'devel go1.21-f4bdbd0 Thu',
      '1.21.0-rc.2',
      'go1.21rc3',
      'go1.21rc10',
      'go1.21.0',
      '1.21.3',
      '(devel)',
    ],
  ],
};

for (const [name, all] of Object.entries(chains)) {
  it(`${name} orders these as written, each pair of them`, () => {
    for (const chain of all) {
      const orders = chain.flatMap((a, i) => chain.slice(i + 1).map((b) => `${a} ${signOf(name, a, b)} ${b}`));
      expect(orders).toEqual(chain.flatMap((a, i) => chain.slice(i + 1).map((b) => `${a} < ${b}`)));
    }
  });
}

it('knows what each tool accepts', () => {
  const judged = Object.fromEntries(
    Object.entries({
      deb: ['1.0-1', '1:2.3~rc1+dfsg-1ubuntu2', '', 'abc', '1:', '1.0-', 'a:1', '1 0', '1_0', '99999999999:1'],
      rpm: ['1.0-1.el8', '3:1.0~rc1^git-1', '', '1-', '-1', '1-2-3', '1:', '1/2'],
      apk: ['1.2.3_alpha1-r0', '1.2a', '1~ab12-r1', '1.2A', '1.2-r', '1.2-1', '', '1.2_foo', '1..2'],
      semver: ['1.0.0', 'v1.2.3-rc.1+build.05', '1.0', '01.0.0', '1.0.0-', '1.0.0-01', '1.0.0-a..b', ''],
      pep440: ['1.0', '1!2.0a1.post2.dev3+local.1', 'v1.0-RC_1', ' 1.0 ', '1.0a-', '1.0+', '1.x', '', '1.0 0'],
      maven: ['1.0-SNAPSHOT', 'anything', ''],
      gem: ['1.0.0', '1.0.pre', '1.0-x86', '', '1.', 'a', '1beta', '1.0-'],
      go: ['v1.2.3', 'v0.0.0-20190101000000-abcdefabcdef', 'go1.21.3', 'go1.22rc1', '(devel)', 'v1', 'main'],
    }).map(([name, versions]) => [name, versions.filter((version) => schemeNamed(name)?.isValid(version))]),
  );
  expect(judged).toEqual({
    deb: ['1.0-1', '1:2.3~rc1+dfsg-1ubuntu2'],
    rpm: ['1.0-1.el8', '3:1.0~rc1^git-1'],
    apk: ['1.2.3_alpha1-r0', '1.2a', '1~ab12-r1'],
    semver: ['1.0.0', 'v1.2.3-rc.1+build.05'],
    pep440: ['1.0', '1!2.0a1.post2.dev3+local.1', 'v1.0-RC_1', ' 1.0 ', '1.0a-'],
    maven: ['1.0-SNAPSHOT', 'anything'],
    gem: ['1.0.0', '1.0.pre', '1.0-x86', ''],
    go: ['v1.2.3', 'v0.0.0-20190101000000-abcdefabcdef', 'go1.21.3', 'go1.22rc1'],
  });
  expect(schemeNamed('nope')).toBeUndefined();
});

const hasDpkg = spawnSync('dpkg', ['--version']).status === 0;

describe.skipIf(!hasDpkg)('beside dpkg itself (skipped where dpkg is not installed)', () => {
  const near = fc
    .array(fc.constantFrom('0', '1', '9', '00', '10', '.', '.', '+', '~', 'a', 'b', 'Z', 'rc', '-', '-1'), {
      maxLength: 6,
    })
    .map((all) => `1${all.join('')}`);

  it('orders and accepts generated versions as dpkg does', () => {
    const pairs = fc.sample(fc.tuple(near, near), fuzz(250));
    const script = pairs
      .flatMap(([a, b]) => [
        `if dpkg --compare-versions '${a}' lt '${b}'; then echo '<'; elif dpkg --compare-versions '${a}' eq '${b}'; then echo '='; else echo '>'; fi`,
        `if dpkg --validate-version '${a}'; then echo valid; else echo bad; fi`,
      ])
      .join('\n');
    const dpkg = spawnSync('sh', { input: script, encoding: 'utf8' }).stdout.trim().split('\n');
    const ours = pairs.flatMap(([a, b]) => [signOf('deb', a, b), schemeNamed('deb')?.isValid(a) ? 'valid' : 'bad']);
    // dpkg refuses to compare what it cannot parse (`1-`), so only orders of valid pairs are compared.
    const valid = (version: string): boolean => schemeNamed('deb')?.isValid(version) ?? false;
    const seen = (answers: readonly string[]): string[] =>
      pairs.flatMap(([a, b], i) => {
        const order = valid(a) && valid(b) ? (answers[2 * i] ?? '') : 'skipped';
        return [`${a} ${order} ${b}`, `${a} ${answers[2 * i + 1] ?? ''}`];
      });
    expect(seen(ours)).toEqual(seen(dpkg));
  });
});
