import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { Place } from '../cli/plimsoll.ts';
import { writeElf } from '../make/elf-writer.ts';
import { buildImage, sha256 } from '../make/image-builder.ts';
import { writeDockerArchive, writeLayout } from '../make/image-files.ts';
import { zipArchive } from '../make/zip-archive.ts';
import {
  type Outcome,
  problemNames,
  problemsOf,
  scanFiles,
  scanHostile,
  scanImage,
  soundFiles,
} from './hostile-image.ts';

const place = new Place();
afterAll(() => place.remove());

const deep = (depth: number): string => `${'{"a":['.repeat(depth)}${']}'.repeat(depth)}`;

/** Something unread is said of this path, and the image does not pass. */
function expectUnread(outcome: Outcome, path: string): void {
  const named = problemsOf(outcome).filter((problem) => problem.path === path && problem.hides !== 'nothing');
  expect(named.length, path).toBeGreaterThan(0);
  expect(outcome.kind === 'record' && outcome.verdict.result, path).toBe('cannot-tell');
  expect(outcome.kind === 'record' && outcome.table).toContain('could not be read');
}

describe('documents of packages', () => {
  test.each([
    ['/app/node_modules/cut/package.json', '{"name":"cut","version":"1.'],
    ['/app/node_modules/list/package.json', '[1,2,3]'],
    ['/app/node_modules/binary/package.json', '\u0000\u0001\u0002'],
    ['/app/package-lock.json', deep(100_000)],
    ['/app/package-lock.json', '{"lockfileVersion":3,"packages":{"node_modules/a":'],
    [
      '/app/pnpm-lock.yaml',
      "lockfileVersion: '9.0'\n\npackages:\n\n  a@1.0.0:\n    resolution: {integrity: x}\n\n  b@2.0",
    ],
    ['/app/yarn.lock', '__metadata:\n  version: 6\n\n"a@npm:^1":\n  vers'],
  ])('%s that is broken is unread', async (path, text) => {
    expectUnread(await scanFiles(place, { [path]: text }), path);
  });

  test('a manifest nested a hundred thousand deep is read, or said to be unread', async () => {
    const path = '/app/node_modules/deep/package.json';
    const outcome = await scanFiles(place, { [path]: `{"name":"deep","version":"1.0.0","x":${deep(100_000)}}` });
    const isRead = outcome.kind === 'record' && outcome.record.packages.some(({ name }) => name === 'deep');
    if (!isRead) expectUnread(outcome, path);
  });

  test('keys that mean something to the language change nothing', async () => {
    const outcome = await scanFiles(place, {
      '/app/node_modules/p/package.json':
        '{"name":"p","version":"1.0.0","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      '/app/package-lock.json':
        '{"lockfileVersion":3,"packages":{"__proto__":{"version":"1"},"node_modules/__proto__":{"version":"2.0.0"},"node_modules/constructor":{"version":"3.0.0"},"node_modules/toString":{"version":"4.0.0"}},"dependencies":{"__proto__":{"version":"5"}}}',
      '/usr/lib/python3/dist-packages/x.dist-info/METADATA': 'Name: __proto__\nVersion: 1\n\n',
    });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const names =
      outcome.kind === 'record' ? outcome.record.packages.map(({ name, version }) => `${name} ${version}`) : [];
    expect(names).toEqual(expect.arrayContaining(['p 1.0.0', 'constructor 3.0.0', 'toString 4.0.0', '-proto- 1']));
  });
});

describe('package databases', () => {
  const dpkg = (text: string): Promise<Outcome> => scanFiles(place, { '/var/lib/dpkg/status': text });
  const apk = (text: string): Promise<Outcome> => scanFiles(place, { '/lib/apk/db/installed': text });

  test('of dpkg without names, versions or ends, or full of NUL, are not taken for empty ones', async () => {
    for (const text of [
      'Package: a\nStatus: install ok installed\n\n',
      '\0'.repeat(5_000),
      'rubbish\n'.repeat(50),
      `Package: ${'a'.repeat(2_000_000)}`,
    ])
      expectUnread(await dpkg(text), '/var/lib/dpkg/status');
  });

  test('of apk likewise', async () => {
    for (const text of ['P:a\n\n', '\0'.repeat(5_000), 'rubbish\n'.repeat(50), 'V:1.0\nA:x86_64\n\n'])
      expectUnread(await apk(text), '/lib/apk/db/installed');
  });

  test('of dpkg with continuation lines without end are read in time that grows with their length', async () => {
    const outcome = await dpkg(
      `Package: a\nStatus: install ok installed\nVersion: 1\nDescription: x\n${' y\n'.repeat(2_000_000)}\nPackage: b\nStatus: install ok installed\nVersion: 2\n\n`,
    );
    expect(outcome.kind === 'record' && outcome.record.packages.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  const vectors = [
    ['/var/lib/rpm/Packages', 'Packages.gz'],
    ['/var/lib/rpm/Packages.db', 'Packages.db.gz'],
    ['/var/lib/rpm/rpmdb.sqlite', 'rpmdb.sqlite.gz'],
  ] as const;
  const rpmImage = (path: string, bytes: Buffer): Promise<Outcome> =>
    scanImage(place, { layers: [{ files: { '/etc/os-release': 'ID=fedora\nVERSION_ID=40\n', [path]: bytes } }] });
  const packagesOf = (outcome: Outcome): string =>
    outcome.kind === 'record' ? JSON.stringify(outcome.record.packages.map(({ purl }) => purl)) : '';

  describe.each(vectors)('of rpm at %s', (path, vector) => {
    const bytes = gunzipSync(readFileSync(new URL(`../vectors/rpm/${vector}`, import.meta.url)));

    test('cut short, filled with ones, or with lengths and page numbers that lie, are unread', async () => {
      const sound = await rpmImage(path, bytes);
      expect(problemNames(sound)).toEqual([]);
      const ones = (from: number, to: number): Buffer => Buffer.from(bytes).fill(0xff, from, to);
      const broken = [
        Buffer.alloc(0),
        bytes.subarray(0, 100),
        bytes.subarray(0, bytes.length >> 1),
        Buffer.alloc(bytes.length),
        ones(0, 16),
        ones(16, 100),
        ones(bytes.length >> 1, bytes.length),
        Buffer.alloc(4096, 0xff),
      ];
      for (const bad of broken) {
        const outcome = await rpmImage(path, bad);
        if (packagesOf(outcome) !== packagesOf(sound)) expectUnread(outcome, path);
      }
    });

    test('with every page or block pointing at itself or the first end', async () => {
      for (const step of [512, 1024, 4096])
        for (const value of [0, 1, 2, 0x7fffffff, 0xffffffff]) {
          const bad = Buffer.from(bytes);
          for (let at = step; at + 24 < bad.length; at += step)
            for (const field of [8, 12, 16, 20]) bad.writeUInt32LE(value, at + field);
          const outcome = await rpmImage(path, bad);
          expect(outcome.kind).toBe('record');
        }
    });
  });
});

describe('archives in archives', () => {
  test('jars in jars without end are followed to a depth, and that is said', async () => {
    let jar = zipArchive([
      {
        name: 'META-INF/MANIFEST.MF',
        data: 'Manifest-Version: 1.0\nImplementation-Title: core\nImplementation-Version: 1.0\n',
      },
    ]);
    for (let i = 0; i < 40; i++) jar = zipArchive([{ name: `lib/inner-${i}.jar`, data: jar, stored: true }]);
    expectUnread(await scanFiles(place, { '/srv/app.jar': jar }), '/srv/app.jar');
  });

  test('a jar of ten thousand jars is read up to a budget, and that is said', async () => {
    const leaf = zipArchive([{ name: 'a', data: 'x' }]);
    let jar = zipArchive(Array.from({ length: 100 }, (_, i) => ({ name: `${i}.jar`, data: leaf })));
    jar = zipArchive(Array.from({ length: 100 }, (_, i) => ({ name: `${i}.jar`, data: jar })));
    jar = zipArchive(Array.from({ length: 100 }, (_, i) => ({ name: `${i}.jar`, data: jar })));
    expectUnread(await scanFiles(place, { '/srv/wide.jar': jar }), '/srv/wide.jar');
  });

  test('a member that unpacks to gigabytes, or claims less than it has, is unread', async () => {
    const bomb = Buffer.alloc(300 << 20);
    const manifest = 'META-INF/MANIFEST.MF';
    for (const sizeBytes of [bomb.length, 100])
      expectUnread(
        await scanFiles(place, { '/srv/bomb.jar': zipArchive([{ name: manifest, data: bomb, sizeBytes }]) }),
        '/srv/bomb.jar',
      );
  });

  test('jars cut short or with rubbish behind their mark are unread', async () => {
    const jar = zipArchive([
      { name: 'META-INF/maven/g/a/pom.properties', data: 'groupId=g\nartifactId=a\nversion=1\n' },
      { name: 'META-INF/MANIFEST.MF', data: 'Manifest-Version: 1.0\n' },
    ]);
    for (const bad of [jar.subarray(0, jar.length - 10), jar.subarray(0, 40), Buffer.from('PK\x03\x04rubbish')])
      expectUnread(await scanFiles(place, { '/srv/a.jar': bad }), '/srv/a.jar');
  });
});

describe('programs', () => {
  test('with absurd headers are still in the index of executables, and unread', async () => {
    const elf = writeElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', dynamic: { needed: ['libc.so.6'] } });
    const changed = (at: number, ...bytes: number[]): Buffer => {
      const copy = Buffer.from(elf);
      bytes.forEach((byte, i) => (copy[at + i] = byte));
      return copy;
    };
    const ff8 = Array.from({ length: 8 }, () => 0xff);
    const bad = {
      'no-segments-there': changed(32, ...ff8),
      'endless-segments': changed(54, 0, 0, 0xff, 0xff),
      cut: elf.subarray(0, 70),
      'only-magic': elf.subarray(0, 4),
    };
    const files = Object.fromEntries(
      Object.entries(bad).map(([name, content]) => [`/usr/bin/${name}`, { content, mode: 0o755 }]),
    );
    const outcome = await scanFiles(place, files);
    const indexed = outcome.kind === 'record' ? outcome.record.executables.map(({ place: { path } }) => path) : [];
    for (const path of Object.keys(files)) {
      expect(indexed, path).toContain(path);
      expectUnread(outcome, path);
    }
  });

  test('scripts whose first line does not end, or names itself, are indexed', async () => {
    const outcome = await scanFiles(place, {
      '/usr/bin/long': { content: `#!${'/x'.repeat(2_000_000)}`, mode: 0o755 },
      '/usr/bin/me': { content: '#!/usr/bin/me\n', mode: 0o755 },
      '/usr/bin/nothing': { content: '#!\n', mode: 0o755 },
      '/usr/bin/odd': { content: '#! \t\0\n', mode: 0o755 },
    });
    const paths = outcome.kind === 'record' ? outcome.record.executables.map(({ place: { path } }) => path) : [];
    expect(paths).toEqual(['/usr/bin/hello', '/usr/bin/long', '/usr/bin/me', '/usr/bin/nothing', '/usr/bin/odd']);
    expect(Buffer.byteLength(JSON.stringify(outcome))).toBeLessThan(200_000);
  });
});

test('an image whose operating system file is megabytes, cut or rubbish has no known system, or says so', async () => {
  for (const text of ['ID=debian'.repeat(500_000), '\0\0\0', '='.repeat(1000), 'ID="debian\nVERSION_ID="12'])
    expect((await scanFiles(place, { '/etc/os-release': text })).kind).toBe('record');
});

test('images whose manifest, configuration or index is nested without end are errors by name', async () => {
  const nested = `{"schemaVersion":2,"config":{"Labels":${deep(100_000)}}}`;
  const image = buildImage({ layers: [{ files: soundFiles }] });
  const bytes = Buffer.from(nested);
  const bad = { ...image.config, bytes, digest: sha256(bytes) };
  expect(
    await scanHostile(place, writeDockerArchive(place.at('deep-config.tar'), { ...image, config: bad })),
  ).toMatchObject({
    kind: 'error',
    code: 'bad-image-config',
    message: expect.stringContaining(bad.digest.slice(7)) as string,
  });
  expect(
    await scanHostile(
      place,
      `layout:${writeLayout(place.at('deep-manifest'), { ...image, manifest: { ...image.manifest, bytes, digest: sha256(bytes) } })}`,
    ),
  ).toMatchObject({ kind: 'error', code: 'bad-manifest' });
  const layout = writeLayout(place.at('deep-index'), image);
  writeFileSync(`${layout}/index.json`, nested);
  expect(await scanHostile(place, `layout:${layout}`)).toMatchObject({ kind: 'error', code: 'bad-manifest' });
});
