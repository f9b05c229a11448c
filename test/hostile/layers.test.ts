import { afterAll, describe, expect, test } from 'vitest';
import { Place } from '../cli/plimsoll.ts';
import type { TarMember } from '../make/tar-writer.ts';
import { writeTar } from '../make/tar-writer.ts';
import { problemNames, problemsOf, scanImage, soundFiles } from './hostile-image.ts';

const place = new Place();
afterAll(() => place.remove());

const scanMembers = (members: readonly TarMember[]) => scanImage(place, { layers: [{ files: soundFiles, members }] });
const scanTar = (rawTar: Buffer) => scanImage(place, { layers: [{ rawTar }] });

test('sound files pass the policy that the tests of bad ones use', async () => {
  const outcome = await scanMembers([]);
  expect(problemNames(outcome)).toEqual([]);
  expect(outcome.kind === 'record' && outcome.verdict.result).toBe('pass');
});

describe('names', () => {
  test('that climb out of the image stay in it, and are seen where an engine puts them', async () => {
    const script = { content: '#!/bin/sh\n', mode: 0o755 };
    const outcome = await scanMembers([
      { name: '../../../../etc/cron.d/evil', ...script },
      { name: '/../absolute', ...script },
      { name: 'a/../../b/./c//d', ...script },
    ]);
    const record = outcome.kind === 'record' ? outcome.record : undefined;
    expect(record?.executables.map(({ place }) => place.path).sort()).toEqual([
      '/absolute',
      '/b/c/d',
      '/etc/cron.d/evil',
      '/usr/bin/hello',
    ]);
  });

  test('of 10 MB, in pax and GNU headers, are refused by size and end the layer as unread', async () => {
    const name = 'd/'.repeat(5_000_000) + 'f';
    for (const format of ['pax', 'gnu'] as const) {
      const tar = writeTar(
        [
          { name, content: 'x' },
          { name: 'after', content: 'x' },
        ],
        { format },
      );
      const outcome = await scanTar(tar);
      expect(problemNames(outcome)).toEqual(['broken-tar']);
      expect(problemsOf(outcome)[0]).toMatchObject({
        layer: 0,
        hides: 'all',
        message: expect.stringMatching(/extended header of 10\d{6} bytes/),
      });
    }
  });

  test('just below the limit are problems that show their beginning only', async () => {
    const outcome = await scanMembers(
      Array.from({ length: 20 }, (_, i) => ({ name: `${'x/'.repeat(400_000)}${i}`, content: 'x' })),
    );
    expect(problemNames(outcome)).toEqual(Array.from({ length: 20 }, () => 'path-too-long'));
    expect(problemsOf(outcome).every(({ message }) => message.length < 200)).toBe(true);
  });

  test('that mean the root itself replace nothing, as engines pass over them', async () => {
    const names = ['..', '.', 'usr/../../..', '/'];
    for (const name of names) {
      const outcome = await scanImage(place, {
        layers: [
          { members: [{ name: './', type: 'directory' }], files: soundFiles },
          {
            files: soundFiles,
            members: [
              { name: './', type: 'directory' },
              { name: 'bin/x', content: '#!/bin/sh\n', mode: 0o755 },
              { name, type: 'symlink', link: '/nowhere' },
            ],
          },
        ],
      });
      const paths = outcome.kind === 'record' ? outcome.record.executables.map(({ place }) => place.path) : [];
      expect(paths, name).toContain('/bin/x');
      expect(problemNames(outcome).length, name).toBeGreaterThan(0);
    }
  });

  test('of whiteouts that mean their own folder or the one above delete nothing unsaid', async () => {
    for (const name of ['.wh..', '.wh...', 'usr/.wh..', 'usr/.wh...', 'usr/bin/.wh...']) {
      const outcome = await scanImage(place, { layers: [{ files: soundFiles }, { members: [{ name, content: '' }] }] });
      expect(problemNames(outcome).length, name).toBeGreaterThan(0);
    }
  });

  test('that are no UTF-8, empty, dots or NUL do no harm', async () => {
    const outcome = await scanMembers([
      { name: Buffer.from([0xff, 0xfe, 0x2f, 0x80]), content: '#!/bin/sh\n', mode: 0o755 },
      { name: '', content: 'x' },
      { name: '.', content: 'x' },
      { name: '..', content: 'x' },
      { name: '////', type: 'directory' },
      { name: 'a\0b', content: 'x' },
    ]);
    expect(outcome.kind).toBe('record');
  });
});

describe('links', () => {
  test('in circles end', async () => {
    const outcome = await scanMembers([
      { name: 'a', type: 'symlink', link: 'b' },
      { name: 'b', type: 'symlink', link: 'a' },
      { name: 'self', type: 'symlink', link: 'self' },
      { name: 'up', type: 'symlink', link: 'up/../up/x' },
      { name: 'a/file', content: '#!/bin/sh\n', mode: 0o755 },
      { name: 'self/file', content: '#!/bin/sh\n', mode: 0o755 },
      { name: 'up/file', content: '#!/bin/sh\n', mode: 0o755 },
    ]);
    expect(problemNames(outcome)).toEqual(['link-loop /a/file', 'link-loop /self/file', 'link-loop /up/file']);
  });

  test('that double at every step cost no more than they are long', async () => {
    const bombs: TarMember[] = Array.from({ length: 40 }, (_, i) => ({
      name: `l${i}`,
      type: 'symlink',
      link: `l${i + 1}/l${i + 1}/l${i + 1}`,
    }));
    const users = Array.from({ length: 2_000 }, (_, i) => ({ name: `l0/${i}/x`, content: 'x' }));
    const outcome = await scanMembers([...bombs, ...users]);
    expect(outcome.kind).toBe('record');
  });

  test('with targets longer than any path are not followed, and said to be too long', async () => {
    const longs: TarMember[] = Array.from({ length: 40 }, (_, i) => ({
      name: `long${i}`,
      type: 'symlink',
      link: `/${'y/'.repeat(250_000)}long${i + 1}`,
    }));
    const behind = Array.from({ length: 40 }, (_, i) => ({ name: `long${i}/x`, content: 'x' }));
    const outcome = await scanMembers([...longs, ...behind]);
    expect(problemsOf(outcome).length).toBeGreaterThan(0);
    expect(Buffer.byteLength(JSON.stringify(outcome))).toBeLessThan(100_000);
  });

  test('to files that are not there, to themselves and out of the image are told or stay inside', async () => {
    const outcome = await scanMembers([
      { name: 'gone', type: 'hardlink', link: 'nowhere' },
      { name: 'me', type: 'hardlink', link: 'me' },
      { name: 'etc/host', type: 'hardlink', link: '../../../../etc/shadow' },
      { name: 'out', type: 'symlink', link: '../../../..' },
      { name: 'out/inside', content: '#!/bin/sh\n', mode: 0o755 },
    ]);
    expect(problemNames(outcome)).toEqual([
      'dangling-hard-link /etc/host',
      'dangling-hard-link /gone',
      'dangling-hard-link /me',
    ]);
    expect(outcome.kind === 'record' && outcome.record.executables.map(({ place }) => place.path)).toContain('/inside');
  });
});

describe('sizes', () => {
  test.each([
    ['more than there is', 5_000_000],
    ['far more than there is', 2 ** 52],
    ['beyond counting', 2n ** 90n],
    ['negative', -1],
    ['very negative', -(2n ** 70n)],
  ])('that claim %s end the layer as unread', async (_, claimedSize) => {
    const outcome = await scanMembers([
      { name: 'liar', content: 'short', claimedSize },
      { name: 'after', content: 'x' },
    ]);
    expect(problemNames(outcome)).toEqual(['broken-tar']);
    expect(problemsOf(outcome)[0]?.message).toContain('liar');
  });

  test.each(['-5', '1e9', '0x10', '99999999999999999999', 'NaN', ''])(
    'in a pax record of %j end it too',
    async (size) => {
      const outcome = await scanMembers([{ name: 'liar', content: 'short', pax: { size } }]);
      expect(problemNames(outcome)).toEqual(['broken-tar']);
    },
  );

  test('that claim less leave garbage where a header should be', async () => {
    const outcome = await scanMembers([{ name: 'liar', content: 'z'.repeat(2000), claimedSize: 3 }]);
    expect(problemNames(outcome)).toEqual(['broken-tar']);
    expect(problemsOf(outcome)[0]?.message).toContain('checksum');
  });

  test('a directory, link or device that claims bytes has none', async () => {
    const outcome = await scanMembers([
      { name: 'dir', type: 'directory', claimedSize: 10_000 },
      { name: 'dev', type: 'character-device', device: [1, 3], claimedSize: 2 ** 40 },
      { name: 'usr/bin/last', content: '#!/bin/sh\n', mode: 0o755 },
    ]);
    expect(problemNames(outcome)).toEqual([]);
    expect(outcome.kind === 'record' && outcome.record.executables.length).toBe(2);
  });
});

describe('sparse files', () => {
  const runs = (...list: [number, number][]): TarMember => ({
    name: 'sparse',
    content: 'data',
    sparse: { realSize: 100, runs: list },
  });
  test.each([
    ['run backwards', runs([50, 2], [10, 2])],
    ['overlap', runs([0, 3], [1, 1])],
    ['end after the file', runs([99, 4])],
    ['have a negative run', runs([-5, 4])],
    ['stand for 2^49 zeros', { ...runs([0, 4]), sparse: { realSize: 2 ** 49, runs: [[0, 4]] } } as TarMember],
  ])('whose maps %s end the layer as unread', async (_, member) => {
    expect(problemNames(await scanMembers([member]))).toEqual(['broken-tar']);
  });

  test.for(['many', String(2 ** 50), '-1'])('of %s bytes end the layer as unread', async (realSize) => {
    const pax = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': realSize };
    const content = `${'1\n0\n4\n'.padEnd(512, '\0')}data`;
    expect(problemNames(await scanMembers([{ name: 'sparse', content, pax }]))).toEqual(['broken-tar']);
  });

  test('whose map has no count end the layer, however long it goes on', async () => {
    const outcome = await scanMembers([
      {
        name: 'endless',
        content: 'x'.repeat(64 << 20),
        pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '5' },
      },
    ]);
    expect(problemNames(outcome)).toEqual(['broken-tar']);
    expect(problemsOf(outcome)[0]?.message).toContain('over the limit');
  });
});

test('many sweeps of directories replaced by files stay bounded', async () => {
  const members: TarMember[] = [];
  for (let i = 0; i < 2_000; i++)
    members.push(
      { name: `d${i}/`, type: 'directory' },
      { name: `d${i}/f`, content: '' },
      { name: `d${i}`, content: '' },
    );
  const outcome = await scanMembers(members);
  expect(new Set(problemsOf(outcome).map(({ code }) => code))).toEqual(
    new Set(['layer-contradicts-itself', 'more-problems']),
  );
});

test('members of unknown kinds, global headers and loops of extended headers are told', async () => {
  const outcome = await scanMembers([
    { name: 'odd', flag: 'Z', content: 'x' },
    { name: 'volume', flag: 'V' },
    { name: 'multi', flag: 'M', content: 'x' },
  ]);
  expect(problemNames(outcome)).toEqual(['/multi', '/odd', '/volume'].map((path) => `unsupported-tar-member ${path}`));
});

test('a layer that is no tar is unread, an empty one is not', async () => {
  expect(problemNames(await scanTar(Buffer.from('#!/bin/sh\necho pwned\n'.repeat(100))))).toEqual(['broken-tar']);
  expect(problemNames(await scanTar(Buffer.alloc(700, 'x')))).toEqual(['broken-tar']);
  expect(problemNames(await scanTar(Buffer.alloc(0)))).toEqual([]);
});

test('a lone zero block with more behind it does not hide what is behind it', async () => {
  const tar = writeTar([{ name: 'a', content: 'x' }], { unfinished: true });
  const behind = writeTar([{ name: 'b', content: 'x' }]);
  expect(problemNames(await scanTar(Buffer.concat([tar, Buffer.alloc(512), behind])))).toEqual(['broken-tar']);
});
