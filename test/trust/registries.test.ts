import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRepository } from '../../src/image/index.ts';
import type { Digest } from '../../src/model/index.ts';
import { buildImage, buildIndex, sha256 } from '../make/image-builder.ts';
import { pushImage } from '../make/push-image.ts';
import { type ReferrersRegistry, startReferrersRegistry } from '../make/referrers-registry.ts';
import { noRegistryReason, startRegistry } from '../make/registry.ts';
import { Harbour, provenance, summary } from './harbour.ts';

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

describe('with a registry that has the referrers API', () => {
  const harbour = new Harbour();
  let registry: ReferrersRegistry;
  const built = buildImage();
  const digest = built.manifest.digest as Digest;
  beforeAll(async () => {
    registry = await startReferrersRegistry({ pageSize: 2 });
    harbour.keys('ci');
    await harbour.trustRoot('trust.yaml', [{ key: 'ci' }]);
  });
  afterAll(async () => {
    await registry.stop();
    harbour.remove();
  });
  /** What was asked since, by kind: of a manifest or blob that it is one, not which. */
  function asked(): string[] {
    const all = registry.requests.map((line) =>
      line.replace(/sha256:[0-9a-f]{64}/g, '<digest>').replace(/sha256-[0-9a-f]{64}/g, '<tag>'),
    );
    registry.forget();
    return all;
  }

  test('verification asks no more than it must, and nothing again that it knows by digest', async () => {
    const reference = await pushImage(registry, 'count:1', built);
    await harbour.sign(reference, 'ci');
    registry.forget();
    const onlySigned = { asked: { provenance: false, verdict: false } };
    const cache = harbour.registry('count');
    await harbour.verify(reference, 'trust.yaml', { ...onlySigned, registry: cache });
    expect(asked()).toEqual([
      'GET /v2/count/manifests/1 → 200',
      'GET /v2/count/referrers/<digest> → 200',
      'GET /v2/count/manifests/<digest> → 200',
      'GET /v2/count/blobs/<digest> → 200',
    ]);
    await harbour.verify(reference, 'trust.yaml', { ...onlySigned, registry: cache });
    expect(asked()).toEqual(['GET /v2/count/manifests/1 → 200', 'GET /v2/count/referrers/<digest> → 200']);
    const pinned = `${reference.replace(/:1$/, '')}@${digest}`;
    await harbour.verify(pinned, 'trust.yaml', { ...onlySigned, registry: cache });
    expect(asked()).toEqual(['GET /v2/count/referrers/<digest> → 200']);
    const fresh = { ...cache, answersFreshForMs: 60_000 };
    expect((await harbour.verify(reference, 'trust.yaml', { ...onlySigned, registry: fresh })).result).toBe('pass');
    const offline = { ...cache, offline: true };
    expect((await harbour.verify(reference, 'trust.yaml', { ...onlySigned, registry: offline })).result).toBe('pass');
    expect(asked()).toEqual([]);
    await expect(
      harbour.verify(reference, 'trust.yaml', { registry: { ...harbour.registry(), offline: true } }),
    ).rejects.toMatchObject({ code: 'offline' });
  });

  test('an SBOM that nobody asks for is not fetched; several pages are read', async () => {
    const reference = await pushImage(registry, 'pages:1', built);
    await harbour.attest(reference, 'ci', 'cyclonedx', { bomFormat: 'CycloneDX', specVersion: '1.6', components: [] });
    await harbour.attest(reference, 'ci', 'slsaprovenance1', provenance());
    await harbour.sign(reference, 'ci');
    await harbour.attest(reference, 'ci', 'verdict', summary(reference));
    await harbour.attest(reference, 'ci', 'spdx', { spdxVersion: 'SPDX-2.3', packages: [] });
    registry.forget();
    expect((await harbour.verify(reference, 'trust.yaml')).result).toBe('pass');
    // Several at once: the order in which they end is chance.
    expect(
      asked()
        .map((line) => line.replace(/\?from=\d/, ''))
        .sort(),
    ).toEqual([
      ...Array<string>(3).fill('GET /v2/pages/blobs/<digest> → 200'),
      'GET /v2/pages/manifests/1 → 200',
      ...Array<string>(3).fill('GET /v2/pages/manifests/<digest> → 200'),
      ...Array<string>(3).fill('GET /v2/pages/referrers/<digest> → 200'),
    ]);
  });

  test('what is too large, broken or gone among others is told, and does not hide a good signature', async () => {
    const reference = await pushImage(registry, 'hostile:1', built);
    await harbour.sign(reference, 'ci');
    const layer = (size: number, hex: string) => ({
      schemaVersion: 2,
      artifactType: bundleType,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'e'.repeat(64)}`, size: 2 },
      layers: [{ mediaType: bundleType, digest: `sha256:${hex.repeat(64)}`, size }],
      subject: { mediaType: built.manifest.mediaType, digest, size: built.manifest.bytes.length },
    });
    const nothing = { ...layer(1, 'b'), layers: [] };
    for (const manifest of [layer(1e9, 'a'), layer(100, 'b'), nothing]) {
      const body = JSON.stringify(manifest);
      const url = `http://${registry.address}/v2/hostile/manifests/${sha256(Buffer.from(body))}`;
      await fetch(url, {
        method: 'PUT',
        body,
        headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
      });
    }
    const onlySigned = { asked: { provenance: false, verdict: false } };
    const { result, evidence } = await harbour.verify(reference, 'trust.yaml', onlySigned);
    expect(result).toBe('pass');
    const told = evidence.refused.map(({ code, what }) => `${code}: ${what}`).join('\n');
    expect(evidence.refused).toHaveLength(3);
    expect(told).toContain('should have 1000000000 bytes, more than the limit of');
    expect(told).toContain(`has no the blob sha256:${'b'.repeat(64)}`);
    expect(told).toContain('unreadable: its manifest names no bundle');
  });

  test('pushing an image twice sends its blobs once', async () => {
    const reference = await pushImage(registry, 'twice:1', built);
    await harbour.sign(reference, 'ci');
    registry.forget();
    await harbour.sign(reference, 'ci');
    expect(asked().filter((line) => line.startsWith('HEAD'))).toEqual([
      'HEAD /v2/twice/blobs/<digest> → 200',
      'HEAD /v2/twice/blobs/<digest> → 404',
    ]);
  });
});

const reason = noRegistryReason();
if (reason !== undefined) console.warn(`skipped: ${reason}`);

describe.skipIf(reason !== undefined)('with a registry that has tags alone', () => {
  test('what refers to an image is listed under the fallback tag, whoever listed before', async () => {
    const registry = await startRegistry();
    const harbour = new Harbour();
    try {
      const built = buildImage();
      await pushImage(registry, 'app:1', buildIndex([built]));
      const repository = openRepository({ registry: registry.address, repository: 'app' }, harbour.registry());
      const subject = {
        digest: built.manifest.digest as Digest,
        mediaType: built.manifest.mediaType,
        sizeBytes: built.manifest.bytes.length,
      };
      const pushed: Digest[] = [];
      for (const text of ['one', 'two'])
        pushed.push(
          await repository.attach({ artifactType: 'text/x', subject, blob: Buffer.from(text), blobType: 'text/x' }),
        );
      const listed = await repository.referrers(subject.digest);
      expect(listed.map((entry) => entry.digest)).toEqual(pushed);
      const { layers } = await repository.artifact(pushed[1]!);
      expect(Buffer.from(await repository.blob(layers[0]!, 100)).toString()).toBe('two');
      await expect(repository.blob(layers[0]!, 2)).rejects.toMatchObject({ code: 'too-large' });
      expect(await repository.manifest('nothing')).toBeUndefined();
      repository.close();
    } finally {
      await registry.stop();
      harbour.remove();
    }
  });

  test('that asks for a password is written to with it, and refuses without', async () => {
    const registry = await startRegistry({ basicAuth: true });
    const harbour = new Harbour();
    try {
      harbour.keys('ci');
      const reference = await pushImage(registry, 'app:1', buildImage());
      await expect(harbour.sign(reference, 'ci')).rejects.toMatchObject({ code: 'registry-denied' });
      const { username, password } = registry.credentials!;
      const { writeFileSync } = await import('node:fs');
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      writeFileSync(harbour.at('config.json'), JSON.stringify({ auths: { [registry.address]: { auth } } }));
      const options = { ...harbour.registry(), dockerConfig: harbour.at('config.json') };
      expect(await harbour.sign(reference, 'ci', { registry: options })).toHaveLength(1);
    } finally {
      await registry.stop();
      harbour.remove();
    }
  });
});
