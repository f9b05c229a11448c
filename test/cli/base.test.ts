import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltImage, buildImage, type LayerSpec } from '../make/image-builder.ts';
import { writeDockerArchive } from '../make/image-files.ts';
import { noRegistryReason, startRegistry } from '../make/registry.ts';
import { Place, type Ran } from './plimsoll.ts';
import { advisories } from './shop.ts';

const place = new Place();
afterAll(() => place.remove());
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }) as string;

function rootfs(openssl: string): LayerSpec {
  const status = { openssl, zlib: '1.0-2', curl: '1.0-1' };
  return {
    files: {
      '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
      '/var/lib/dpkg/status': Object.entries(status)
        .map(
          ([name, version]) =>
            `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n\n`,
        )
        .join(''),
      ...Object.fromEntries(
        Array.from({ length: 10 }, (_, i) => [
          `/usr/bin/tool-${i}`,
          { content: `#!/bin/sh\necho ${i}\n`, mode: 0o755 },
        ]),
      ),
    },
    instruction: 'ADD rootfs.tar /',
  };
}

function app(name: string): LayerSpec {
  return {
    files: { [`/srv/${name}`]: { content: `#!/bin/sh\n# ${name}\n`, mode: 0o755 } },
    instruction: `COPY ${name} /srv`,
  };
}

const config = { User: '1000' };
const images: Readonly<Record<string, BuiltImage>> = {
  old: buildImage({ layers: [rootfs('1.0-1')], config }),
  new: buildImage({ layers: [rootfs('1.0-2')], config }),
  cart: buildImage({ layers: [rootfs('1.0-1'), app('cart')], config }),
  web: buildImage({ layers: [rootfs('1.0-2'), app('web')], config }),
  squashed: buildImage({ layers: [{ files: { ...rootfs('1.0-1').files, ...app('batch').files } }], config }),
  tools: buildImage({ layers: [app('tools')], config }),
};

const env = { PLIMSOLL_DB: place.at('db'), PLIMSOLL_RECORDS: place.at('records'), PLIMSOLL_BASES: place.at('bases') };
const run = (...args: readonly string[]): Promise<Ran> => place.plimsoll(args, { env, cwd: place.path });
const json = async <T>(...args: readonly string[]): Promise<T> =>
  JSON.parse((await run(...args, '--format', 'json')).stdout) as T;
const endorse = (...args: readonly string[]): Promise<Ran> =>
  run(
    'base',
    'endorse',
    'debian-12',
    '--by',
    'ada@example.com',
    '--role',
    'keeper',
    '--key',
    'ada.pem',
    '--offline',
    ...args,
  );

interface ImpactAnswer {
  readonly images: number;
  readonly records: number;
  readonly bases: readonly {
    readonly name: string;
    readonly releases: readonly {
      readonly digest?: string;
      readonly packages: readonly unknown[];
      readonly images: readonly { readonly names: readonly string[]; readonly baseKnown?: string }[];
    }[];
  }[];
  readonly others: readonly { readonly names: readonly string[] }[];
}

const namesOf = ({ bases, others }: ImpactAnswer): object => ({
  ...Object.fromEntries(
    bases.flatMap(({ name, releases }) =>
      releases.map((release) => [
        `${name} ${release.digest === images['new']!.config.digest ? 'new' : release.digest === images['old']!.config.digest ? 'old' : '?'}`,
        release.images.flatMap(({ names }) => names),
      ]),
    ),
  ),
  none: others.flatMap(({ names }) => names),
});

beforeAll(async () => {
  for (const [name, built] of Object.entries(images))
    writeDockerArchive(place.at(`${name}.tar`), [{ built, name: `${name}:1` }]);
  writeFileSync(place.at('osv.ndjson'), advisories.map((one) => `${JSON.stringify(one)}\n`).join(''));
  writeFileSync(place.at('ada.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  expect(await run('db', 'import', 'osv.ndjson', ...['--built-at', new Date().toISOString()])).toMatchObject({
    status: 0,
  });
});

describe('the library of bases', () => {
  test('takes a base in, says what to change, and what to do next', async () => {
    const added = await run('base', 'add', 'debian-12', '--from', 'archive:old.tar', '--owner', 'platform@example.com');
    expect(added).toMatchObject({ status: 0, stderr: '' });
    const assessed = await run('base', 'assess', 'debian-12', '--offline');
    expect(assessed.status).toBe(2);
    expect(assessed.stdout).toContain('apt-get update && apt-get install --only-upgrade openssl');
    expect(assessed.stdout).toContain('next  change what is named above');
    const again = await run('base', 'add', 'debian-12', '--from', 'x', '--owner', 'y');
    expect(again).toMatchObject({ status: 64, stdout: '' });
  });

  test('lets nobody endorse what fails, nor without a role, nor with another key', async () => {
    const roles = (key: string): void =>
      writeFileSync(
        place.at('bases/roles.yaml'),
        `apiVersion: plimsoll.dev/v1
kind: BaseRoles
roles:
  - name: keeper
    may: [endorse, deprecate, retire]
    people:
      - name: ada@example.com
        publicKey: |
${key.replace(/^/gm, '          ')}
`,
      );
    expect(await endorse()).toMatchObject({ status: 1, stdout: '' });
    roles(publicKey);
    const failing = await endorse();
    expect([failing.status, failing.stdout.split('\n').at(-2)]).toEqual([
      2,
      'not endorsed: its verdict by policy base does not pass',
    ]);
    expect((await run('base', 'assess', 'debian-12', 'archive:new.tar', '--offline')).status).toBe(0);
    const other = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(place.at('bob.pem'), other);
    const refused = await endorse('--key', 'bob.pem');
    expect([refused.status, refused.stderr.split('\n')[0]]).toEqual([
      1,
      `plimsoll: what was signed is not by the key of ada@example.com in ${place.at('bases')}/roles.yaml (not-their-key)`,
    ]);
    const stranger = await endorse('--by', 'eve@example.com');
    expect(stranger.stderr).toContain(
      'eve@example.com may not endorse a base: eve@example.com is not in the role keeper',
    );
    expect(await json('base', 'show', 'debian-12')).toMatchObject({ state: 'candidate' });
  });

  test('endorses what passes, with a statement that is checked whenever it is shown', async () => {
    const endorsed = await endorse('--reason', 'looks right');
    expect(endorsed).toMatchObject({ status: 0, stderr: '' });
    const shown = await run('base', 'show', 'debian-12');
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain('FROM archive:new.tar');
    const { releases } = await json<{ releases: { endorsement?: { statement: string } }[] }>(
      'base',
      'show',
      'debian-12',
    );
    const file = place.at('bases/statements', `${releases[1]!.endorsement!.statement.replace(':', '-')}.sigstore.json`);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"sig":"', '"sig":"A'));
    const doubted = await run('base', 'show', 'debian-12');
    expect([doubted.status, doubted.stdout.includes('do not trust its endorsement')]).toEqual([2, true]);
    writeFileSync(file, text);
  });

  test('is found under images: by layers, and as a guess where they were squashed', async () => {
    const lines: string[] = [];
    for (const name of ['cart', 'web', 'squashed', 'tools']) {
      const scanned = await run('scan', `archive:${name}.tar`, '--keep', '--offline');
      lines.push(scanned.stdout.split('\n')[1]!);
    }
    expect(lines).toEqual([
      'base debian-12 (candidate, layer 1, a newer release is there)',
      'base debian-12 (endorsed, layer 1)',
      'base debian-12 (a guess: 100% of its contents, a newer release is there)',
      'base unknown (--base names it) · operating system: none found',
    ]);
    const { record } = await json<{ record: { base: object; packages: { place: { owner: string } }[] } }>(
      'scan',
      'archive:cart.tar',
      '--offline',
      '--exit-zero',
    );
    expect(record.base).toMatchObject({
      known: 'layers',
      name: 'debian-12',
      digest: images['old']!.config.digest,
      layers: 1,
    });
    expect(new Set(record.packages.map(({ place: at }) => at.owner))).toEqual(new Set(['base']));
  });

  test('names its children', async () => {
    expect(namesOf(await json('base', 'children', 'debian-12'))).toEqual({
      'debian-12 new': ['web.tar'],
      'debian-12 old': ['cart.tar', 'squashed.tar'],
      none: [],
    });
  });
});

test('an endorsed base is judged again and passes, as long as nothing new is known', async () => {
  const all = await run('base', 'assess', '--all', '--offline');
  expect(all).toMatchObject({ status: 0, stdout: '1 of 1 endorsed releases pass\n', stderr: '' });
});

describe('impact', () => {
  test('of a vulnerability follows bases to images, judged by the advisories of today', async () => {
    const answer = await json<ImpactAnswer>('impact', 'cve-2024-0001');
    expect([namesOf(answer), answer.images, answer.records]).toEqual([
      { 'debian-12 old': ['cart.tar', 'squashed.tar'], none: [] },
      2,
      6,
    ]);
    const text = (await run('impact', 'CVE-2024-0001')).stdout.split('\n');
    expect(text.slice(0, 3)).toEqual([
      'CVE-2024-0001  high',
      'a made-up flaw',
      'reaches 2 images and 1 release of bases, of 6 records',
    ]);
    expect(text).toContain('mend  platform@example.com: rebuild base debian-12 with openssl 1.0-2, then 2');
    // Known only since the images were scanned.
    writeFileSync(
      place.at('later.ndjson'),
      JSON.stringify(advisories[0]).replaceAll('2024-0001', '2026-0009').replaceAll('1.0-2', '9'),
    );
    await run('db', 'import', 'later.ndjson');
    expect(namesOf(await json('impact', 'CVE-2026-0009'))).toEqual({
      'debian-12 new': ['web.tar'],
      'debian-12 old': ['cart.tar', 'squashed.tar'],
      none: [],
    });
    const unknown = await run('impact', 'CVE-2030-1');
    expect([unknown.status, unknown.stderr.includes('unknown-vulnerability')]).toEqual([1, true]);
  });

  test('of a package, by name, purl and range', async () => {
    const old = { 'debian-12 old': ['cart.tar', 'squashed.tar'], none: [] };
    expect(namesOf(await json('impact', 'openssl', '--versions', '<1.0-2'))).toEqual(old);
    expect(namesOf(await json('impact', 'pkg:deb/debian/openssl@1.0-1'))).toEqual(old);
    expect(namesOf(await json('impact', 'openssl@1.0-1'))).toEqual(old);
    expect(namesOf(await json('impact', 'openssl@9'))).toEqual({ none: [] });
    const table = (await run('impact', 'openssl@1.0-1', '--format', 'table')).stdout;
    for (const row of [/^debian-12 .* cart\.tar /m, /^debian-12 .* squashed\.tar /m]) expect(table).toMatch(row);
    expect(namesOf(await json('impact', 'nothing-like-it'))).toEqual({ none: [] });
    expect(await run('impact', 'openssl', '--versions', '2.x')).toMatchObject({ status: 64 });
  });

  test('of a digest: a release of a base, a layer, an image', async () => {
    const old = images['old']!;
    expect(namesOf(await json('impact', old.config.digest))).toEqual({
      'debian-12 old': ['cart.tar', 'squashed.tar'],
      none: [],
    });
    expect(namesOf(await json('impact', old.layers[0]!.diffId))).toEqual({ 'debian-12 old': ['cart.tar'], none: [] });
    expect(namesOf(await json('impact', images['tools']!.config.digest))).toEqual({ none: ['tools.tar'] });
  });
});

describe('a base whose verdict turns', () => {
  test('is named with what stands on it, and fails', async () => {
    const all = await run('base', 'assess', '--all', '--offline');
    expect(all.status).toBe(2);
    const today = new Date().toISOString().slice(0, 10);
    expect(all.stdout.split('\n').slice(0, 5)).toEqual([
      '0 of 1 endorsed releases pass',
      '',
      `FAIL  debian-12 ${images['new']!.config.digest.slice(0, 19)} (platform@example.com)`,
      `  endorsed by ada@example.com on ${today}, turned on ${today}`,
      '  fixable-severity: CVE-2026-0009 (high) in openssl 1.0-2',
    ]);
    expect(all.stdout).toContain('web.tar');
    expect(all.stdout).not.toContain('cart.tar');
    const { history } = await json<{ history: { what: string }[] }>('base', 'show', 'debian-12');
    expect(history.at(-1)).toMatchObject({ what: 'turned' });
  });

  test('is deprecated and retired by those who may, and images on it are told', async () => {
    const who = ['--by', 'ada@example.com', '--role', 'keeper', '--reason', 'over'];
    expect((await run('base', 'deprecate', 'debian-12', ...who)).status).toBe(0);
    expect((await run('base', 'retire', 'debian-12', ...who, '--by', 'eve')).status).toBe(1);
    expect((await run('base', 'retire', 'debian-12', ...who)).status).toBe(0);
    const listed = (await run('base', 'list')).stdout.split('\n')[1]!.split(/ {2,}/);
    expect(listed.slice(0, 4)).toEqual(['debian-12', 'retired', 'fail', 'plain']);
    const scanned = await run('scan', 'archive:web.tar', '--offline');
    expect(scanned.stdout).toContain('base debian-12 is retired');
  });
});

test('two releases are compared by their kept records', async () => {
  // The records of releases are kept when they are assessed.
  const digest = images['old']!.config.digest.slice(7, 17);
  const compared = await json<{ packages: { changed: { from: { version: string }; to: { version: string } }[] } }>(
    'base',
    'diff',
    `debian-12@${digest}`,
    'debian-12',
    '--offline',
  );
  expect(compared.packages.changed.map(({ from, to }) => [from.version, to.version])).toEqual([['1.0-1', '1.0-2']]);
});

const reason = noRegistryReason();

test.skipIf(reason !== undefined)(
  `an endorsed base is published under its channels${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  async () => {
    const registry = await startRegistry();
    try {
      const bases = ['--bases', 'published'];
      await run('base', 'add', 'slim', '--from', 'archive:tools.tar', '--owner', 'me', '--channel', 'stable', ...bases);
      writeFileSync(place.at('published/roles.yaml'), readFileSync(place.at('bases/roles.yaml')));
      writeFileSync(
        place.at('published/slim.yaml'),
        readFileSync(place.at('published/slim.yaml'), 'utf8').replace(
          'purpose: plain',
          'purpose: plain\npolicy: policies/lax.yaml',
        ),
      );
      place.folder('published/policies');
      writeFileSync(
        place.at('published/policies/lax.yaml'),
        'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: lax }\nrules:\n  no-secrets: fail\n',
      );
      expect((await run('base', 'assess', 'slim', ...bases)).status).toBe(0);
      const to = `${registry.address}/bases/slim:1`;
      const endorsed = await run(
        ...[
          'base',
          'endorse',
          'slim',
          '--by',
          'ada@example.com',
          '--role',
          'keeper',
          '--key',
          'ada.pem',
          '--publish',
          to,
        ],
        ...bases,
      );
      expect(endorsed).toMatchObject({ status: 0, stderr: '' });
      const from = /^FROM (\S+)$/m.exec(endorsed.stdout)?.[1] ?? '';
      expect(from).toMatch(/\/bases\/slim:1@sha256:[0-9a-f]{64}$/);
      for (const reference of [from.replace(':1@', '@'), `${registry.address}/bases/slim:stable`])
        expect((await run('scan', reference, ...bases, '--exit-zero')).stdout.split('\n')[1]).toContain(
          'base slim (endorsed, layer 1)',
        );
    } finally {
      await registry.stop();
    }
  },
);
