import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { sha256 } from '../../../test/make/image-builder.ts';
import { type TarMember, writeTar } from '../../../test/make/tar-writer.ts';
import type { Digest } from '../../model/index.ts';
import type { LayerBlob } from '../image.ts';
import { findBytes } from './find-bytes.ts';
import { readMembers } from './layer-members.ts';
import { normalMembers, writeMembers } from './normal-layer.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-normal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const signal = new AbortController().signal;
let files = 0;

function blobOf(tar: Buffer): LayerBlob {
  const diffId = sha256(tar) as Digest;
  async function* open() {
    yield tar;
  }
  return { diffId, compression: 'none', locate: () => Promise.resolve({ kind: 'stream', open }) };
}

/** The bytes of a layer after it was made normal. */
async function normal(members: readonly TarMember[], latest = 1000): Promise<Buffer> {
  const contentsFile = join(folder, `contents-${++files}`);
  const to = join(folder, `tar-${files}`);
  const read = await readMembers(blobOf(writeTar(members)), { label: 'the layer', signal, contentsFile });
  writeMembers(normalMembers(read, latest), contentsFile, to);
  const bytes = readFileSync(to);
  rmSync(contentsFile);
  rmSync(to);
  return bytes;
}

const listed = async (tar: Buffer) =>
  (await readMembers(blobOf(tar), { label: 'the layer', signal })).map(
    ({ name, type, modified, linkName, sizeBytes, mode }) =>
      [name, type, modified, linkName, sizeBytes, mode.toString(8)].join(' '),
  );

test('members come in order of their paths, once each, with no time after the latest', async () => {
  const tar = await normal([
    { name: 'b.txt', content: 'old', mtime: 10 },
    { name: './a/', type: 'directory', mtime: 5000 },
    { name: 'a.txt', content: 'x', mtime: 5000 },
    { name: 'a/z', content: 'z', mtime: 999 },
    { name: '/a/link', type: 'symlink', link: '../b.txt', mtime: 5000 },
    { name: 'b.txt', content: 'newer', mtime: 20, mode: 0o4755 },
    { name: 'a/.wh.gone', mtime: 5000 },
    { name: 'null', type: 'character-device', device: [1, 3] },
  ]);
  expect(await listed(tar)).toEqual([
    'a directory 1000  0 755',
    'a/.wh.gone file 1000  0 644',
    'a/link symlink 1000 ../b.txt 0 777',
    'a/z file 999  1 644',
    'a.txt file 1000  1 644',
    'b.txt file 20  5 4755',
    'null character-device 0  0 644',
  ]);
});

test('a file with several names stands under the first of them', async () => {
  const tar = await normal([
    { name: 'z', content: 'shared', mtime: 1, xattrs: { 'user.a': 'b' } },
    { name: 'b', type: 'hardlink', link: './z', mtime: 1 },
    { name: 'c', type: 'hardlink', link: 'b', mtime: 1 },
  ]);
  expect(await listed(tar)).toEqual(['b file 1  6 644', 'c hardlink 1 b 0 644', 'z hardlink 1 b 0 644']);
  const [first] = await readMembers(blobOf(tar), { label: 'it', signal });
  expect(first).toMatchObject({
    sha256: sha256(Buffer.from('shared')).slice(7),
    xattrs: { 'user.a': Uint8Array.from([98]) },
  });
});

test('order, later times and names of owners make no difference', async () => {
  const name = fc.stringMatching(/^[a-c](?:\/[a-c]){0,2}$/);
  const member = fc.record({ name, content: fc.string({ maxLength: 20 }), mode: fc.nat(0o777) });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(member, { selector: (each) => each.name, maxLength: 8 }),
      fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
      async (members, order) => {
        const one = await normal(members.map((each) => ({ ...each, mtime: 2000 })));
        const shuffled = members.map((each, i) => ({ each, key: order[i]! })).sort((a, b) => a.key - b.key);
        const other = await normal(
          shuffled.map(({ each }, i) => ({ ...each, name: `./${each.name}`, mtime: 1000 + i })),
        );
        expect(other.equals(one)).toBe(true);
        // What is normal already stays as it is.
        const again = await listed(one);
        expect(again).toEqual(await listed(other));
      },
    ),
    fuzz(40),
  );
});

test('byte strings are found in the files of a layer, wherever pieces end', async () => {
  const secret = Buffer.from('s3cr3t-value');
  const tar = writeTar([
    { name: 'a', content: 'nothing' },
    { name: 'deep/b', content: Buffer.concat([Buffer.alloc(1000, 'x'), secret]) },
  ]);
  const blob = blobOf(tar);
  async function* inPieces() {
    for (let at = 0; at < tar.length; at += 7) yield tar.subarray(at, at + 7);
  }
  const pieces: LayerBlob = { ...blob, locate: () => Promise.resolve({ kind: 'stream', open: inPieces }) };
  expect(await findBytes(pieces, [Buffer.from('absent!!'), secret], { label: 'it', signal })).toEqual([
    { index: 1, path: 'deep/b' },
  ]);
});
