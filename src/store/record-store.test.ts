import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Digest } from '../model/index.ts';
import { makeRecord } from '../../test/make/record.ts';
import { RecordStore } from './index.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest;
const now = new Date('2026-06-01T00:00:00Z');
let folder: string;
let store: RecordStore;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-records-'));
  store = new RecordStore(folder, { mayBeNew: true });
});
afterEach(() => {
  store.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

function record(own: string, version: string, layers: readonly string[] = ['a', 'b']) {
  const image = makeRecord().image;
  return makeRecord({
    image: { ...image, digest: digest(own), configDigest: digest('f') },
    layers: layers.map((each, index) => ({
      index,
      diffId: digest(each),
      sizeBytes: 1,
      entries: 1,
      owner: index === 0 ? 'base' : 'app',
    })),
    packages: [
      {
        id: '1',
        type: 'deb',
        name: 'libssl3',
        version,
        purl: `pkg:deb/debian/libssl3@${version}`,
        scheme: 'deb',
        ecosystem: 'Debian:12',
        source: { name: 'openssl', version },
        place: { owner: 'base', layer: 0, path: '/var/lib/dpkg/status' },
      },
    ],
  });
}

test('gives records back, with all names under which the image was scanned', () => {
  store.keep(record('1', '3.0'), 'shop:1', now);
  store.keep(record('1', '3.0'), 'shop:latest', now);
  expect(store.get(digest('1'))).toEqual({
    names: ['shop:1', 'shop:latest'],
    keptAt: '2026-06-01T00:00:00.000Z',
    record: record('1', '3.0'),
  });
  expect(store.get(digest('2'))).toBeUndefined();
  expect(store.index.images().map(({ names }) => names)).toEqual([['shop:1', 'shop:latest']]);
});

test('knows images by digest, layer, chain of layers and package, the source of a package included', () => {
  store.keep(record('1', '3.0'), 'shop:1', now);
  store.keep(record('2', '3.1', ['c', 'b']), 'web:1', now);
  const { index } = store;
  expect([index.imagesOfDigest(digest('2')), index.imagesOfDigest(digest('f'))]).toEqual([[2], [1, 2]]);
  expect([index.imagesWithLayer(digest('b')), index.imagesOn([digest('c')]), index.imagesOn([digest('b')])]).toEqual([
    [1, 2],
    [2],
    [],
  ]);
  const versions = (name: string) => index.packagesCalled(name).map(({ version }) => version);
  expect([versions('libssl3'), versions('openssl'), versions('OpenSSL'), versions('ssl')]).toEqual([
    ['3.0', '3.1'],
    ['3.0', '3.1'],
    ['3.0', '3.1'],
    [],
  ]);
  expect(index.usesOf(1)).toEqual([
    { packageId: 1, imageId: 1, owner: 'base', layer: 0, path: '/var/lib/dpkg/status' },
  ]);
});

test('forgets what an image had when it is kept anew', () => {
  store.keep(record('1', '3.0'), 'shop:1', now);
  store.keep(record('1', '3.1', ['c']), 'shop:1', now);
  const { index } = store;
  expect(index.packagesCalled('libssl3').flatMap(({ id, version }) => index.usesOf(id).map(() => version))).toEqual([
    '3.1',
  ]);
  expect([index.imagesWithLayer(digest('a')), index.count()]).toEqual([[], 1]);
});

test.each([
  ['is missing', (file: string) => fs.rmSync(file)],
  [
    'is broken',
    (file: string) => fs.writeFileSync(file, 'no database at all, but long enough to look like one'.repeat(20)),
  ],
])('makes the index anew from the records where it %s', (_, harm) => {
  store.keep(record('1', '3.0'), 'shop:1', now);
  store.close();
  for (const suffix of ['-wal', '-shm']) fs.rmSync(path.join(folder, `index.sqlite${suffix}`), { force: true });
  harm(path.join(folder, 'index.sqlite'));
  expect(store.index.images().map(({ names }) => names)).toEqual([['shop:1']]);
});

test('says which record is broken', () => {
  store.keep(record('1', '3.0'), 'shop:1', now);
  const file = path.join(folder, '11', `sha256-${'1'.repeat(64)}.json.zst`);
  fs.writeFileSync(file, 'cut');
  expect(() => store.get(digest('1'))).toThrow(`${file} could not be read`);
});

test('does not take a folder that is not there for one without records', () => {
  expect(() => new RecordStore(path.join(folder, 'none'), { mayBeNew: false })).toThrow(
    'there is no folder of records',
  );
});
