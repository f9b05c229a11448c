import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { Place } from '../cli/plimsoll.ts';
import { buildImage, type BuiltImage, type BuiltLayer, sha256 } from '../make/image-builder.ts';
import { writeDockerArchive, writeLayout, writeOciArchive } from '../make/image-files.ts';
import { scanHostile, soundFiles } from './hostile-image.ts';

const place = new Place();
afterAll(() => place.remove());

const image = buildImage({ layers: [{ files: soundFiles }] });
const other = buildImage({ layers: [{ files: { ...soundFiles, '/usr/bin/hello': '#!/bin/sh\nrm -rf /\n' } }] });

/** The image with the bytes of one blob replaced, its digest kept. */
function swapped(what: 'manifest' | 'config' | 'layer'): BuiltImage {
  if (what === 'layer')
    return { ...image, layers: [{ ...image.layers[0]!, bytes: other.layers[0]!.bytes, tar: other.layers[0]!.tar }] };
  return { ...image, [what]: { ...image[what], bytes: other[what].bytes } };
}

const expectations = {
  manifest: { stated: image.manifest.digest, actual: other.manifest.digest },
  config: { stated: image.config.digest, actual: other.config.digest },
  layer: { stated: image.layers[0]!.diffId, actual: other.layers[0]!.diffId },
} as const;

describe.each(['manifest', 'config', 'layer'] as const)('another %s than its digest says', (what) => {
  const { stated, actual } = expectations[what];

  test.each(['layout', 'archive'] as const)('is an error that names both in an OCI %s', async (form) => {
    const built = swapped(what);
    const input =
      form === 'layout'
        ? writeLayout(place.at(`${what}-layout`), built)
        : writeOciArchive(place.at(`${what}-oci.tar`), built);
    const outcome = await scanHostile(place, `${form}:${input}`);
    if (outcome.kind !== 'error') throw new Error('it was taken for what it is not');
    // Another size is told before the bytes are hashed.
    if (outcome.code === 'size-mismatch')
      expect(outcome.message).toMatch(/sha256:[0-9a-f]{64}.*should have \d+ bytes but has \d+/);
    else expect(outcome).toMatchObject({ code: 'digest-mismatch', message: expect.stringContaining(stated) as string });
    if (outcome.code === 'digest-mismatch') expect(outcome.message).toContain(actual);
  });
});

test.each(['old', 'modern'] as const)('docker-save (%s): another layer than the configuration says', async (style) => {
  const input = writeDockerArchive(place.at(`layer-${style}.tar`), swapped('layer'), { style });
  const outcome = await scanHostile(place, `archive:${input}`);
  expect(outcome).toMatchObject({ kind: 'error', code: 'digest-mismatch' });
  expect(outcome.kind === 'error' && outcome.message).toContain(image.layers[0]!.diffId);
  expect(outcome.kind === 'error' && outcome.message).toContain(other.layers[0]!.diffId);
});

test.each(['old', 'modern'] as const)('docker-save (%s): another configuration than its name says', async (style) => {
  const input = writeDockerArchive(place.at(`config-${style}.tar`), swapped('config'), { style });
  const outcome = await scanHostile(place, `archive:${input}`);
  expect(outcome).toMatchObject({ kind: 'error', code: 'digest-mismatch' });
  expect(outcome.kind === 'error' && outcome.message).toContain(image.config.digest);
  expect(outcome.kind === 'error' && outcome.message).toContain(other.config.digest);
});

test('a flipped bit anywhere in a layer of the same length is told by its diff ID', async () => {
  const { tar, ...layer } = image.layers[0]!;
  for (let at = 0; at < tar.length; at += 211) {
    const flipped = Buffer.from(tar);
    flipped[at]! ^= 4;
    const bytes = gzipSync(flipped);
    const lying: BuiltLayer = { ...layer, bytes, tar: flipped, digest: sha256(bytes) };
    const input = writeDockerArchive(place.at('flip.tar'), { ...image, layers: [lying] });
    const outcome = await scanHostile(place, `archive:${input}`);
    expect(outcome).toMatchObject({ kind: 'error', code: 'digest-mismatch' });
    expect(outcome.kind === 'error' && outcome.message).toContain(sha256(flipped));
  }
});

test('a cache does not hide that a layout was changed afterwards, be it with the same size and times', async () => {
  const folder = writeLayout(place.at('later'), image);
  const blob = join(folder, 'blobs/sha256', image.layers[0]!.digest.slice(7));
  const scan = (): ReturnType<Place['plimsoll']> =>
    place.plimsoll(['scan', `layout:${folder}`, '--offline', '--format', 'json']);
  expect((await scan()).stderr).toBe('');
  const bytes = readFileSync(blob);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(blob, bytes);
  const again = await scan();
  expect(again.status).toBe(1);
  expect(again.stdout).toBe('');
  expect(again.stderr).toMatch(/digest-mismatch|layer-unreadable/);
});

test('digests of unknown algorithms, odd lengths and upper case are refused by name', async () => {
  const hex = 'a'.repeat(64);
  const odd = [
    'md5:' + 'a'.repeat(32),
    `sha256:${'a'.repeat(63)}`,
    `sha256:${hex.toUpperCase()}`,
    'sha256:../../etc/passwd',
    `sha256:${hex}/../x`,
    '',
    'sha512:' + hex,
  ];
  for (const digest of odd) {
    const built = buildImage({ configOverrides: { rootfs: { type: 'layers', diff_ids: [digest] } } });
    const outcome = await scanHostile(place, `archive:${writeDockerArchive(place.at('odd.tar'), built)}`);
    expect(outcome, digest).toMatchObject({ kind: 'error', code: 'bad-image-config' });
    const folder = place.at('odd-layout', createHash('md5').update(digest).digest('hex'));
    cpSync(writeLayout(place.at('odd-sound'), image), folder, { recursive: true });
    const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { manifests: { digest: string }[] };
    index.manifests[0]!.digest = digest;
    mkdirSync(dirname(join(folder, 'index.json')), { recursive: true });
    writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
    expect(await scanHostile(place, `layout:${folder}`), digest).toMatchObject({ kind: 'error' });
  }
});
