import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Place, type Ran } from '../cli/plimsoll.ts';
import { buildImage } from '../make/image-builder.ts';
import { writeDockerArchive } from '../make/image-files.ts';

const place = new Place();
afterAll(() => place.remove());

/** Clears the screen, sets the title, links, rings, turns the direction of text, hides it, moves up. */
const evil =
  '\u001b[2J\u001b]0;owned\u0007\u009b31m\u001b]8;;http://evil\u001b\\x\u0007\b\b\r\u202e\u2066gnp.exe\u200b\u2028\ufeff\u{e0041}\u0085';
/** Everything that steers a terminal or deceives a reader. */
const dangerous =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

const archive = place.at('evil.tar');
const script = { content: `#!${evil}\n`, mode: 0o4755 };

beforeAll(async () => {
  const image = buildImage({
    layers: [
      {
        files: {
          '/etc/os-release': `ID=debian\nVERSION_ID="12"\nPRETTY_NAME="${evil}"\n`,
          '/etc/passwd': `root:x:0:0:${evil}:/root:${evil}\n${evil}::0:0::/:/bin/sh\n`,
          '/var/lib/dpkg/status': `Package: x${evil.replace('\r', '')}\nStatus: install ok installed\nVersion: 1${evil.replace('\r', '')}\nArchitecture: amd64\n\nPackage: openssl\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: amd64\n\n`,
          [`/usr/bin/${evil.replaceAll('/', '')}`]: script,
          '/app/node_modules/e/package.json': JSON.stringify({ name: `e${evil}`, version: `1${evil}`, license: evil }),
        },
        members: [
          { name: `loop${evil.replaceAll('/', '')}`, type: 'symlink', link: `loop${evil.replaceAll('/', '')}` },
          { name: `loop${evil.replaceAll('/', '')}/x`, content: 'x' },
          { name: Buffer.from([0x2f, 0x9b, 0x31, 0x6d, 0xff, 0xfe]), content: '#!/bin/sh\n', mode: 0o4777 },
        ],
        instruction: `COPY ${evil} /srv`,
      },
    ],
    config: {
      User: evil,
      Env: [`A=${evil}`, `PASSWORD=hunter2${evil}`],
      Labels: { [evil]: evil, team: evil },
      Entrypoint: [evil],
      WorkingDir: evil,
      ExposedPorts: { [evil]: {} },
    },
    created: '2026-01-02T03:04:05Z',
    annotations: { 'org.opencontainers.image.base.name': evil },
  });
  writeDockerArchive(archive, [{ built: image, name: `shop:1` }], { style: 'modern' });
  const advisory = {
    id: `CVE-2024-0009`,
    modified: '2024-06-01T00:00:00Z',
    summary: evil,
    details: evil,
    aliases: [`GHSA-${evil}`],
    references: [{ type: 'WEB', url: `https://x/${evil}` }],
    affected: [
      {
        package: { ecosystem: 'Debian:12', name: 'openssl' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: `2${evil}` }] }],
      },
    ],
    database_specific: { severity: evil },
  };
  writeFileSync(place.at('evil.json'), JSON.stringify(advisory));
  const imported = await place.plimsoll(['db', 'import', place.at('evil.json'), '--db', place.at('db')]);
  expect(dangerous.exec(imported.stdout + imported.stderr)).toBeNull();
});

const run = (...args: readonly string[]): Promise<Ran> => place.plimsoll(args);

describe('nothing from an image steers the terminal', () => {
  test.each([
    ['scan', archive, '--offline'],
    ['scan', archive, '--offline', '--db', place.at('db')],
    ['scan', archive, '--offline', '--policy', 'development', '--severity', 'negligible'],
    ['scan', `${archive}#${evil}`, '--offline'],
    ['scan', `archive:${evil}.tar`],
    ['scan', evil, '--offline'],
    ['scan', `localhost:1/${evil}`, '--offline'],
    ['scan', archive, '--offline', '--policy', evil],
    ['scan', archive, '--offline', '--platform', evil],
    ['scan', archive, '--offline', '--format', evil],
    ['scan', archive, '--offline', `--${evil}`],
    [evil],
    ['db', 'search', 'CVE-2024-0009', '--db', place.at('db')],
    ['db', 'search', evil, '--db', place.at('db')],
    ['db', 'info', '--db', place.at('db')],
    ['db', 'compare', 'deb', evil, evil],
    ['db', 'compare', evil],
    ['policy', 'check', evil],
    ['policy', 'explain', evil],
  ])('%#: %s', async (...args) => {
    // A command line holds no NUL and the tests' own evil has none.
    const { stdout, stderr, status, signal } = await run(...args);
    expect(signal).toBeNull();
    expect(dangerous.exec(stdout)?.[0]?.codePointAt(0)).toBeUndefined();
    expect(dangerous.exec(stderr)?.[0]?.codePointAt(0)).toBeUndefined();
    expect(stderr).not.toContain('mistake of ours');
    expect(status).not.toBeNull();
  });

  test('but JSON, SARIF and SBOMs hold what was there, and parse', async () => {
    for (const format of ['json', 'sarif', 'cyclonedx', 'spdx']) {
      const { stdout, stderr } = await run('scan', archive, '--offline', '--format', format);
      expect(stderr).toBe('');
      expect(() => JSON.parse(stdout) as unknown).not.toThrow();
      // In JSON text control characters are escaped as \u001b anyway.
      expect(/[\u0000-\u0009\u000b-\u001f]/.exec(stdout)).toBeNull();
    }
  });
});

describe('YAML that people write', () => {
  const scanWith = (text: string): Promise<Ran> => {
    writeFileSync(place.at('policy.yaml'), text);
    return run('scan', archive, '--offline', '--policy', place.at('policy.yaml'));
  };
  const head = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: p }\n';

  test.each([
    [
      'a billion laughs',
      `${head}a: &a [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, i) => `${'bcdefghijklmn'[i]}: &${'bcdefghijklmn'[i]} [${Array.from({ length: 10 }, () => `*${'abcdefghijklm'[i]}`).join(',')}]`).join('\n')}\n`,
    ],
    ['flow without end', `${head}rules: ${'['.repeat(200_000)}`],
    ['blocks without end', head + Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    ['an alias of itself', `${head}rules: &r { a: *r }\n`],
    ['a document of megabytes', `${head}x: ${'y'.repeat(3_000_000)}\n`],
    ['ten thousand documents', `${head}---\n${'---\na: 1\n'.repeat(10_000)}`],
    ['keys of the language', `${head}rules: { __proto__: fail, constructor: fail }\n`],
    ['merge keys', `${head}rules:\n  <<: { no-secrets: off }\n`],
    ['tags', `${head}rules: !!js/function "function(){}"\n`],
    [
      'a pattern that backtracks',
      `${head}conditions:\n  - { name: c, expression: "'${'a'.repeat(40)}!'.matches('^(a+)+$')", message: m }\n`,
    ],
    [
      'a condition that loops',
      `${head}conditions:\n  - { name: c, expression: "${'record.packages.all(a, '.repeat(12)}true${')'.repeat(12)}", message: m }\n`,
    ],
    ['no policy', '[]'],
    ['nothing', ''],
  ])('%s ends soon and is no pass', async (_, text) => {
    const { status, stdout, stderr, peakBytes } = await scanWith(text);
    expect(status).not.toBe(0);
    expect(stdout).not.toContain(' PASS ');
    expect(stderr).not.toContain('mistake of ours');
    expect(stderr.length).toBeLessThan(5_000);
    expect(dangerous.exec(stderr)).toBeNull();
    expect(peakBytes).toBeLessThan(512 * 2 ** 20);
  });
});
