import { createReadStream, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openImage } from '../../src/image/index.ts';
import { buildImage, buildIndex } from '../make/image-builder.ts';
import { type ContainerdArchiveOptions, writeContainerdArchive, writeLayout } from '../make/image-files.ts';
import { failureOf, layerDigests, scratch } from './open-options.ts';

const { folder, options, remove } = scratch();
afterAll(remove);

const imageFor = (architecture: string) =>
  buildImage({ layers: [{ files: { '/arch': architecture } }], platform: { os: 'linux', architecture } });
const amd64 = imageFor('amd64');
const arm64 = imageFor('arm64');
const s390x = imageFor('s390x');
const index = buildIndex([amd64, arm64, s390x], { attestations: true });
const attestations = index.images.slice(3);

let count = 0;
const archive = (given: Omit<ContainerdArchiveOptions, 'name'>): string =>
  writeContainerdArchive(join(folder, `${count++}.tar`), index, { name: 'app:1', ...given });

describe('an archive from containerd’s image store', () => {
  test('gives the image whose blobs it has, of all that its index lists', async () => {
    for (const image of [amd64, arm64]) {
      const opened = await openImage(`archive:${archive({ held: [image] })}`, options);
      expect(opened).toMatchObject({ configDigest: image.config.digest, manifestDigest: image.manifest.digest });
      expect(await layerDigests(opened)).toEqual(image.layers.map((layer) => layer.digest));
      await opened.close();
    }
  });

  test('is read with its list for old readers and with attestations, under its name', async () => {
    const path = archive({ held: [amd64, attestations[0]!], own: amd64 });
    for (const input of [path, `${path}#app:1`]) {
      const opened = await openImage(input, { ...options, platform: 'linux/amd64' });
      expect(opened).toMatchObject({
        configDigest: amd64.config.digest,
        references: ['app:1'],
        attestations: [attestations[0]!.manifest.digest],
      });
      await opened.close();
    }
  });

  test('with several platforms gives the one that is asked for', async () => {
    const path = archive({ held: [arm64, s390x] });
    const opened = await openImage(path, { ...options, platform: 's390x' });
    expect(opened.configDigest).toBe(s390x.config.digest);
    await opened.close();
  });

  test('says of a platform that is listed but not there, of one that is not listed, and of none', async () => {
    const path = archive({ held: [arm64, attestations[1]!] });
    const failure = (platform: string) => failureOf(openImage(path, { ...options, platform }));
    expect(await failure('linux/s390x')).toEqual({
      code: 'platform-not-found',
      message: `the manifest of archive ${path} lists linux/s390x, but its blobs are not there; there are those of linux/arm64`,
    });
    expect(await failure('linux/riscv64')).toEqual({
      code: 'platform-not-found',
      message: `the manifest of archive ${path} has no image for linux/riscv64; it has linux/arm64`,
    });
    const empty = archive({ held: [] });
    expect(await failureOf(openImage(empty, options))).toEqual({
      code: 'missing-blob',
      message: `the manifest of archive ${empty} lists linux/amd64, linux/arm64, linux/s390x, and holds none of them whole`,
    });
  });

  test('that lacks one layer of an image passes it by', async () => {
    const torn = { ...amd64, layers: [] };
    const opened = await openImage(archive({ held: [torn, arm64] }), options);
    expect(opened.configDigest).toBe(arm64.config.digest);
    await opened.close();
  });

  test('that names a config or layer of another size is not passed by, but refused', async () => {
    const broken = { ...amd64, config: { ...amd64.config, bytes: Buffer.from('{}') } };
    expect(await failureOf(openImage(archive({ held: [broken] }), options))).toMatchObject({ code: 'size-mismatch' });
  });
});

test('a layout folder without the blobs of other platforms is read the same way', async () => {
  const path = writeLayout(join(folder, 'layout'), { ...index, images: [arm64] });
  const opened = await openImage(path, options);
  expect(opened.configDigest).toBe(arm64.config.digest);
  await opened.close();
});

test('an engine that keeps images in containerd’s store is asked by its index', async () => {
  const path = archive({ held: [arm64], own: arm64 });
  const asked: string[] = [];
  // Debian's engine has no such store: this speaks the API of one (Engine API 1.48, ImageInspect and ImageGet).
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { digest, mediaType } = index.manifest;
    if (request.url === '/images/app:1/json')
      return void response.end(
        JSON.stringify({
          Id: digest,
          Descriptor: { mediaType, digest, size: index.manifest.bytes.length },
          RepoTags: ['app:1'],
          RepoDigests: [`app@${digest}`],
          Size: 1000,
          Architecture: 'arm64',
          Os: 'linux',
          RootFS: { Type: 'layers', Layers: [] },
        }),
      );
    if (request.url === `/images/${digest}/get`) return void createReadStream(path).pipe(response);
    response.writeHead(404).end('{"message":"No such image"}');
  });
  const socket = join(folder, 'engine.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    const given = { ...options, env: { ...options.env, DOCKER_HOST: `unix://${socket}` } };
    const opened = await openImage('docker:app:1', given);
    expect(opened).toMatchObject({
      configDigest: arm64.config.digest,
      manifestDigest: arm64.manifest.digest,
      references: ['app:1', `app@${index.manifest.digest}`],
    });
    expect(await layerDigests(opened)).toEqual(arm64.layers.map((layer) => layer.digest));
    await opened.close();
    expect(await failureOf(openImage('docker:app:1', { ...given, platform: 'linux/amd64' }))).toMatchObject({
      code: 'platform-not-found',
      message: expect.stringContaining('lists linux/amd64, but its blobs are not there') as string,
    });
    expect(readdirSync(options.cacheDirectory).filter((name) => name.startsWith('spool'))).toEqual([]);
    expect(asked).toEqual(['/images/app:1/json', `/images/${index.manifest.digest}/get`, ...asked.slice(0, 2)]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
