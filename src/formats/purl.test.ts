import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPurl, parsePurl } from './purl.ts';
import { fuzz } from '../../test/make/fuzz.ts';

describe('package URLs', () => {
  const known: readonly (readonly [string, ReturnType<typeof parsePurl>, string?])[] = [
    [
      'pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64&distro=debian-12',
      {
        type: 'deb',
        namespace: 'debian',
        name: 'openssl',
        version: '3.0.11-1~deb12u2',
        qualifiers: { arch: 'amd64', distro: 'debian-12' },
      },
    ],
    ['pkg:npm/%40babel/core@7.1.0', { type: 'npm', namespace: '@babel', name: 'core', version: '7.1.0' }],
    ['pkg:npm/@babel/core', { type: 'npm', namespace: '@babel', name: 'core' }, 'pkg:npm/%40babel/core'],
    [
      'PKG:PyPI/Typing_Extensions@4',
      { type: 'pypi', name: 'typing-extensions', version: '4' },
      'pkg:pypi/typing-extensions@4',
    ],
    [
      'pkg:golang/google.golang.org/genproto@v0.0.0-2019#googleapis/api/./annotations/',
      {
        type: 'golang',
        namespace: 'google.golang.org',
        name: 'genproto',
        version: 'v0.0.0-2019',
        subpath: 'googleapis/api/annotations',
      },
      'pkg:golang/google.golang.org/genproto@v0.0.0-2019#googleapis/api/annotations',
    ],
    [
      'pkg:maven/org.apache.commons/io@1.3.4?type=jar&classifier=dist&empty=',
      {
        type: 'maven',
        namespace: 'org.apache.commons',
        name: 'io',
        version: '1.3.4',
        qualifiers: { classifier: 'dist', type: 'jar' },
      },
      'pkg:maven/org.apache.commons/io@1.3.4?classifier=dist&type=jar',
    ],
    [
      'pkg:docker/customer/image@sha256%3A244f',
      { type: 'docker', namespace: 'customer', name: 'image', version: 'sha256:244f' },
      'pkg:docker/customer/image@sha256:244f',
    ],
    [
      'pkg://deb/Debian/G%2B%2B@4%3a1+b1',
      { type: 'deb', namespace: 'debian', name: 'g++', version: '4:1+b1' },
      'pkg:deb/debian/g%2B%2B@4:1%2Bb1',
    ],
  ];
  for (const [text, parts, canonical = text] of known) {
    it(`reads ${text} and writes it canonically`, () => {
      expect(parsePurl(text)).toEqual(parts);
      expect(parts && formatPurl(parts)).toBe(canonical);
    });
  }

  it('refuses what is none', () => {
    const texts = [
      '',
      'pkg:',
      'pkg:npm',
      'pkg:npm/',
      'npm/a',
      'pkg:n_m/a',
      'pkg:npm/a@%zz',
      'pkg:npm/a?x',
      'pkg:npm/a?__proto__=1',
      'pkg:/a/b@',
      `pkg:npm/${'a'.repeat(9000)}`,
    ];
    expect(texts.map((text) => parsePurl(text))).toEqual(
      texts.map((text) => (text === 'pkg:/a/b@' ? { type: 'a', name: 'b' } : undefined)),
    );
  });

  it('never throws, and what it reads it writes and reads again the same', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(
          fc.constantFrom('pkg:', 'deb', '/', '@', '?', '#', 'a=', '&', '%2F', '%', 'é', 'n', '..', '%F0%9F', ' '),
          { maxLength: 14 },
        )
        .map((all) => `pkg:npm/${all.join('')}`),
    );
    fc.assert(
      fc.property(text, (some) => {
        const parts = parsePurl(some);
        if (parts !== undefined) expect(parsePurl(formatPurl(parts))).toEqual(parts);
      }),
      fuzz(20_000),
    );
  });
});
