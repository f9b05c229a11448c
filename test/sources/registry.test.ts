import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openImage } from '../../src/image/index.ts';
import { buildImage, buildIndex } from '../make/image-builder.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { failureOf, layerDigests, scratch } from './open-options.ts';

const reason = noRegistryReason();

describe.skipIf(reason !== undefined)(`a real registry${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let registry: TestRegistry;
  const { folder, options, remove } = scratch();
  beforeAll(async () => void (registry = await startRegistry()));
  afterAll(async () => {
    await registry.stop();
    remove();
  });

  test('gives an image with gzip, zstd and plain layers, all verified', async () => {
    const built = buildImage({
      layers: [
        { files: { '/etc/os-release': 'ID=debian\n' }, instruction: 'ADD rootfs.tar /' },
        { files: { '/app/a': 'a' }, compression: 'zstd' },
        { files: { '/app/b': 'b' }, compression: 'none' },
      ],
      config: { User: 'app', Env: ['A=1'], Labels: { team: 'web' }, ExposedPorts: { '80/tcp': {} } },
      annotations: { 'org.opencontainers.image.base.name': 'debian:12' },
    });
    const reference = await pushImage(registry, 'team/app:1', built);
    const image = await openImage(reference, options);
    expect(image).toMatchObject({
      name: `registry:${reference}`,
      sourceKind: 'registry',
      manifestDigest: built.manifest.digest,
      configDigest: built.config.digest,
      annotations: { 'org.opencontainers.image.base.name': 'debian:12' },
      references: [`${registry.address}/team/app:1`, `${registry.address}/team/app@${built.manifest.digest}`],
      attestations: [],
      config: {
        os: 'linux',
        architecture: 'amd64',
        config: { User: 'app', Env: ['A=1'], Labels: { team: 'web' }, ExposedPorts: ['80/tcp'] },
      },
    });
    expect(
      image.layers.map(({ diffId, digest, sizeBytes, compression }) => ({ diffId, digest, sizeBytes, compression })),
    ).toEqual(
      built.layers.map((layer, index) => ({
        diffId: layer.diffId,
        digest: layer.digest,
        sizeBytes: layer.bytes.length,
        compression: ['gzip', 'zstd', 'none'][index],
      })),
    );
    expect(await layerDigests(image)).toEqual(built.layers.map((layer) => layer.digest));
    await image.close();
    await image.close();
  });

  test('gives the image of a platform from an index, with its attestation named and not scanned', async () => {
    const amd64 = buildImage({ layers: [{ files: { '/a': 'amd64' } }] });
    const armv6 = buildImage({
      layers: [{ files: { '/a': 'v6' } }],
      platform: { os: 'linux', architecture: 'arm', variant: 'v6' },
    });
    const arm64 = buildImage({
      layers: [{ files: { '/a': 'arm64' } }],
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
    });
    const index = buildIndex([amd64, armv6, arm64], { attestations: true });
    const reference = await pushImage(registry, 'team/multi:1', index);
    const digestFor = async (platform: string): Promise<string | undefined> => {
      const image = await openImage(reference, { ...options, platform });
      await image.close();
      expect(image.attestations).toHaveLength(1);
      return image.manifestDigest;
    };
    expect(await digestFor('linux/amd64')).toBe(amd64.manifest.digest);
    expect(await digestFor('linux/arm64')).toBe(arm64.manifest.digest);
    // An ARMv7 processor runs v6 code, where there is no v7 image.
    expect(await digestFor('linux/arm/v7')).toBe(armv6.manifest.digest);
    expect(await failureOf(openImage(reference, { ...options, platform: 'linux/s390x' }))).toEqual({
      code: 'platform-not-found',
      message: `the manifest of ${reference} has no image for linux/s390x; it has linux/amd64, linux/arm/v6, linux/arm64`,
    });
    const byDigest = await openImage(`${registry.address}/team/multi@${index.manifest.digest}`, {
      ...options,
      platform: 'arm64',
    });
    expect(byDigest.manifestDigest).toBe(arm64.manifest.digest);
    await byDigest.close();
  });

  test('says what is not there', async () => {
    expect(await failureOf(openImage(`${registry.address}/team/none:1`, options))).toMatchObject({
      code: 'image-not-found',
      message: expect.stringContaining(`${registry.address}/team/none has no 1`) as string,
    });
    expect(await failureOf(openImage(`registry:${registry.address}/x:1`, { ...options, offline: true }))).toMatchObject(
      { code: 'offline' },
    );
  });

  test('with a password takes it from config.json, and not without', async () => {
    const secure = await startRegistry({ basicAuth: true });
    try {
      const built = buildImage();
      const reference = await pushImage(secure, 'app:1', built);
      expect(await failureOf(openImage(reference, options))).toEqual({
        code: 'registry-denied',
        message: `${secure.address} does not let us read app: it wants a log-in`,
      });
      const { username, password } = secure.credentials!;
      const dockerConfig = join(folder, 'config.json');
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      writeFileSync(dockerConfig, JSON.stringify({ auths: { [`https://${secure.address}/v1/`]: { auth } } }));
      const image = await openImage(reference, { ...options, dockerConfig });
      expect(await layerDigests(image)).toEqual(built.layers.map((layer) => layer.digest));
      await image.close();
      writeFileSync(dockerConfig, JSON.stringify({ auths: { [secure.address]: { username, password: 'wrong' } } }));
      expect(await failureOf(openImage(reference, { ...options, dockerConfig }))).toMatchObject({
        code: 'registry-denied',
      });
    } finally {
      await secure.stop();
    }
  });

  test('asks a credential helper, and tells of one that fails', async () => {
    const secure = await startRegistry({ basicAuth: true });
    try {
      const reference = await pushImage(secure, 'app:1', buildImage());
      const { username, password } = secure.credentials!;
      const answer = JSON.stringify({ ServerURL: secure.address, Username: username, Secret: password });
      writeFileSync(
        join(folder, 'docker-credential-harbour'),
        `#!/bin/sh\nread server\n[ "$1" = get ] && [ "$server" = "${secure.address}" ] && printf '%s' '${answer}'\n`,
        { mode: 0o755 },
      );
      writeFileSync(join(folder, 'docker-credential-broken'), '#!/bin/sh\necho boom; exit 3\n', { mode: 0o755 });
      const env = { ...options.env, DOCKER_CONFIG: folder, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
      writeFileSync(
        join(folder, 'config.json'),
        JSON.stringify({ credsStore: 'none-such', credHelpers: { [secure.address]: 'harbour' } }),
      );
      const image = await openImage(reference, { ...options, env });
      await image.close();
      writeFileSync(join(folder, 'config.json'), JSON.stringify({ credsStore: 'broken' }));
      await expect(openImage(reference, { ...options, env })).rejects.toMatchObject({
        code: 'registry-denied',
        hint: 'docker-credential-broken: failed (3)',
      });
      writeFileSync(join(folder, 'config.json'), JSON.stringify({ credsStore: '../evil' }));
      await expect(openImage(reference, { ...options, env })).rejects.toMatchObject({
        code: 'registry-denied',
        hint: '"../evil" is no name of a credential helper',
      });
    } finally {
      await secure.stop();
    }
  });
});
