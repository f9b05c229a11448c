import { expect, test } from 'vitest';
import type { LayerMember } from '../../image/write/index.ts';
import { compareConfigs } from './compare-configs.ts';
import { compareLayers } from './compare-layers.ts';
import type { Difference } from './differences.ts';

const file: LayerMember = {
  name: 'srv/app',
  type: 'file',
  linkName: '',
  mode: 0o644,
  uid: 0,
  gid: 0,
  modified: '1770091506',
  userName: '',
  groupName: '',
  sizeBytes: 3,
  xattrs: {},
  deviceMajor: 0,
  deviceMinor: 0,
  sha256: 'a'.repeat(64),
  offsetBytes: 0,
};

const lines = (differences: readonly Difference[]) =>
  differences.map(
    ({ layer, path, attribute, before, after }) => `${layer} ${path ?? '-'} ${attribute}: ${before} → ${after}`,
  );

test('names each attribute in which a member differs', () => {
  const other: LayerMember = {
    ...file,
    mode: 0o4755,
    uid: 10,
    gid: 20,
    userName: 'app',
    modified: '1770091507.5',
    sizeBytes: 4,
    sha256: 'b'.repeat(64),
    xattrs: { 'security.capability': Uint8Array.from([1, 2]) },
  };
  expect(lines(compareLayers(3, [file], [other]))).toEqual([
    '3 srv/app mode: 0644 → 4755',
    '3 srv/app owner: 0:0 → 10:20',
    '3 srv/app owner name:  → app:',
    '3 srv/app time: 2026-02-03T04:05:06Z → 2026-02-03T04:05:07Z + 0.5',
    '3 srv/app size: 3 → 4',
    `3 srv/app content: sha256:${'a'.repeat(64)} → sha256:${'b'.repeat(64)}`,
    '3 srv/app extended attributes:  → security.capability=0102',
  ]);
});

test('names what is only in one of them, links, devices and kinds', () => {
  const link: LayerMember = { ...file, name: 'l', type: 'symlink', linkName: 'a', sizeBytes: 0, sha256: '' };
  const device: LayerMember = {
    ...file,
    name: 'd',
    type: 'character-device',
    deviceMajor: 1,
    deviceMinor: 3,
    sizeBytes: 0,
    sha256: '',
  };
  expect(
    lines(
      compareLayers(
        1,
        [file, link, device],
        [
          { ...link, linkName: 'b' },
          { ...device, deviceMinor: 5 },
          { ...file, name: 'new' },
        ],
      ),
    ),
  ).toEqual([
    '1 d device: 1,3 → 1,5',
    '1 l link: a → b',
    '1 new entry: not there → there',
    '1 srv/app entry: there → not there',
  ]);
});

test('where only the order differs, it says where it begins to; where nothing does, that', () => {
  const [a, b] = [
    { ...file, name: 'a' },
    { ...file, name: 'b' },
  ];
  expect(lines(compareLayers(2, [a, b], [b, a]))).toEqual(['2 - order: /a at place 1 → /b at place 1']);
  expect(lines(compareLayers(2, [a, b], [a, b]))).toEqual(['2 - archive: the same members → written in another form']);
});

test('configurations are compared field by field, in the order of the history', () => {
  const config = (change: object) =>
    Buffer.from(
      JSON.stringify({
        os: 'linux',
        config: { User: '1', Labels: { a: '1' } },
        history: Array.from({ length: 11 }, (_, i) => ({ created_by: `step ${i}` })),
        ...change,
      }),
    );
  const history = Array.from({ length: 11 }, (_, i) => ({
    created_by: i === 2 || i === 10 ? `other ${i}` : `step ${i}`,
  }));
  expect(
    compareConfigs(config({}), config({ config: { User: '2', Labels: { a: '2', b: '3' } }, history })).map(
      ({ path, before, after }) => `${path}: ${before} → ${after}`,
    ),
  ).toEqual([
    'config.Labels.a: 1 → 2',
    'config.Labels.b: not there → 3',
    'config.User: 1 → 2',
    'history[2].created_by: step 2 → other 2',
    'history[10].created_by: step 10 → other 10',
  ]);
  expect(compareConfigs(Buffer.from('{"a":1}'), Buffer.from('{ "a": 1 }'))).toEqual([
    { where: 'config', attribute: 'form', before: 'the same fields', after: 'written in another form' },
  ]);
});
