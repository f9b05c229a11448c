import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startUnsteadyRegistry } from '../../test/make/unsteady-registry.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../../test/make/registry.ts';
import { startReferrersRegistry } from '../../test/make/referrers-registry.ts';
import { noS3Reason, type S3Server, startS3 } from '../../test/make/s3-server.ts';
import { artifactDocument, digestOf, emptyBlob, openRepository } from '../image/index.ts';
import { type BodyPlace, type NewBody, openPlace, placeAddress } from './index.ts';

const bodyOf = (size: number, more: Partial<NewBody> = {}): NewBody => {
  const stored = randomBytes(size);
  return { digest: digestOf(stored), stored, owner: 'store-1', ...more };
};
const repositoryAt = (registry: string, repository: string) =>
  openRepository(
    { registry, repository },
    { signal: AbortSignal.timeout(60_000), cacheDirectory: '', isUncached: true, env: {} },
  );
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

/** What every place must do. */
async function keepsAndGivesBack(place: BodyPlace, more: Partial<NewBody> = {}): Promise<void> {
  const body = bodyOf(300_000, more);
  const planned = (await place.plan(body))!;
  expect(await place.has(planned.locator)).toBe(false);
  expect(await place.get(planned.locator, 1 << 20)).toBeUndefined();
  await place.remove(planned.locator);
  await planned.write();
  await planned.write();
  expect((await place.plan(body))!.locator).toBe(planned.locator);
  expect(await place.has(planned.locator)).toBe(true);
  expect(await place.get(planned.locator, 1 << 20)).toEqual(body.stored);
  await expect(place.get(planned.locator, 1000)).rejects.toThrow(code('body-place-unreachable'));
  // Another store's is another thing, though it holds the same.
  const other = (await place.plan({ ...body, owner: 'store-2' }))!;
  await other.write();
  await place.remove(planned.locator);
  await place.remove(planned.locator);
  expect(await place.has(planned.locator)).toBe(false);
  expect(await place.get(other.locator, 1 << 20)).toEqual(body.stored);
}

describe('S3-like storage', async () => {
  const missing = await noS3Reason();
  let s3: S3Server;
  beforeAll(async () => {
    if (missing === undefined) s3 = await startS3();
  });
  afterAll(() => s3?.stop());
  const open = (settings = '', env: Record<string, string> = s3.env): BodyPlace =>
    openPlace(`s3://ships/records/a+b?endpoint=${s3.endpoint}${settings}`.replace('a+b', "it's"), {
      env,
      retryBaseMs: 1,
    });

  test.skipIf(missing)('keeps bodies as objects below the prefix and the owner', async () => {
    const place = open();
    expect(place.address).toBe(`s3://ships/records/it's?endpoint=${s3.endpoint}&region=us-east-1&path-style=true`);
    await keepsAndGivesBack(place);
    const body = bodyOf(10);
    const planned = (await place.plan(body))!;
    expect(planned.locator).toBe(`store-1/${body.digest.replace(':', '/')}.zst`);
    await planned.write();
    expect(readFileSync(join(s3.folder, "records/it's", planned.locator))).toEqual(body.stored);
    place.close();
  });

  test.skipIf(missing)('takes credentials from a file, its profiles, and what is written there meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-aws-'));
    const file = join(folder, 'credentials');
    const write = (secret: string) =>
      writeFileSync(
        file,
        `[default]\naws_access_key_id = nobody\naws_secret_access_key = x\n[fleet]\n# of this year\naws_access_key_id = ${s3.env.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${secret}\n`,
      );
    write(s3.env.AWS_SECRET_ACCESS_KEY);
    const place = open('&profile=fleet', { AWS_SHARED_CREDENTIALS_FILE: file });
    await keepsAndGivesBack(place);
    write('another');
    await expect(place.has('x')).rejects.toThrow(code('body-place-denied'));
    write(s3.env.AWS_SECRET_ACCESS_KEY);
    expect(await place.has('x')).toBe(false);
    await expect(open('', { AWS_SHARED_CREDENTIALS_FILE: file }).has('x')).rejects.toThrow(code('body-place-denied'));
    await expect(open('', { HOME: folder }).has('x')).rejects.toThrow(code('body-place-denied'));
    rmSync(folder, { recursive: true });
  });

  test.skipIf(missing)('tells nothing there from a bucket or a server that is not there', async () => {
    const place = open();
    const body = bodyOf(1000);
    const planned = (await place.plan(body))!;
    await planned.write();
    await s3.halt();
    for (const ask of [() => place.get(planned.locator, 2000), () => place.has(planned.locator), () => planned.write()])
      await expect(ask()).rejects.toThrow(code('body-place-unreachable'));
    await s3.resume();
    expect(await place.get(planned.locator, 2000)).toEqual(body.stored);
    const elsewhere = openPlace(`s3://nowhere?endpoint=${s3.endpoint}`, { env: s3.env, retryBaseMs: 1 });
    await expect(elsewhere.get('x', 10)).rejects.toThrow(code('body-place-denied'));
    place.close();
  });
});

describe('a registry', () => {
  const missing = noRegistryReason();
  let registry: TestRegistry;
  beforeAll(async () => {
    if (missing === undefined) registry = await startRegistry();
  });
  afterAll(() => registry?.stop());

  /** An image's manifest, as far as a registry looks at it. */
  async function pushImage(address: string, name: string) {
    const repository = repositoryAt(address, name);
    const layer = randomBytes(100);
    await repository.pushBlob(layer);
    await repository.pushBlob(emptyBlob);
    const document = artifactDocument({ artifactType: 'application/x', blob: layer, blobType: 'application/y' });
    await repository.pushManifest(document.bytes, document.mediaType, '1');
    return { repository, image: { name: `${address}/${name}:1`, manifestDigest: document.digest } };
  }

  test.skipIf(missing)('keeps bodies beside each image, found by what refers to it', async () => {
    const place = openPlace('oci:images', { env: {} });
    const { repository, image } = await pushImage(registry.address, 'team/app');
    await keepsAndGivesBack(place, { image });
    const body = bodyOf(1000, { image });
    const planned = (await place.plan(body))!;
    expect(planned.locator).toMatch(new RegExp(`^${registry.address}/team/app@sha256:[0-9a-f]{64}$`));
    await planned.write();
    const listed = await repository.referrers(image.manifestDigest);
    expect(listed.map(({ digest }) => `${registry.address}/team/app@${digest}`)).toContain(planned.locator);
    for (const each of listed) await place.remove(`${registry.address}/team/app@${each.digest}`);
    expect(await repository.referrers(image.manifestDigest)).toEqual([]);
    expect(await repository.manifest(image.manifestDigest)).toBeDefined();
  });

  test.skipIf(missing)('that lets nobody delete says what to allow', async () => {
    const way = await startUnsteadyRegistry(registry.address, (method) =>
      method === 'DELETE' ? { kind: 'status', status: 405 } : undefined,
    );
    try {
      const place = openPlace('oci:images', { env: {} });
      const { image } = await pushImage(way.address, 'team/kept');
      const planned = (await place.plan(bodyOf(1000, { image })))!;
      await planned.write();
      await expect(place.remove(planned.locator)).rejects.toMatchObject({
        code: 'body-place-denied',
        hint: 'allow deleting in the registry (REGISTRY_STORAGE_DELETE_ENABLED=true)',
      });
      expect(await place.has(planned.locator)).toBe(true);
    } finally {
      await way.stop();
    }
  });

  test.skipIf(missing)('has no room beside an image that came from no registry, or is not there', async () => {
    const place = openPlace('oci:images', { env: {} });
    const { image } = await pushImage(registry.address, 'team/base');
    for (const name of ['shop.tar', './shop.tar', '/srv/shop', 'alpine:3', 'dir:.'])
      expect(await place.plan(bodyOf(10, { image: { ...image, name } })), name).toBeUndefined();
    expect(await place.plan(bodyOf(10, { image: { name: image.name } }))).toBeUndefined();
    expect(
      await place.plan(bodyOf(10, { image: { ...image, manifestDigest: digestOf(randomBytes(9)) } })),
    ).toBeUndefined();
  });

  test.skipIf(missing)('keeps all in one repository, with or without what they speak of', async () => {
    const address = placeAddress(`oci://${registry.address}/plimsoll/records`)!;
    const place = openPlace(address, { env: {} });
    await keepsAndGivesBack(place);
    const { image } = await pushImage(registry.address, 'team/web');
    await keepsAndGivesBack(place, { image });
    const planned = (await place.plan(bodyOf(500, { image })))!;
    await planned.write();
    expect(planned.locator).toMatch(/plimsoll\/records@/);
    const listed = await repositoryAt(registry.address, 'plimsoll/records').referrers(image.manifestDigest);
    expect(listed.map(({ digest }) => digest)).toContain(planned.locator.split('@')[1]);
  });

  test('keeps them by the referrers API where a registry has one', async () => {
    const other = await startReferrersRegistry();
    const { image, repository } = await pushImage(other.address, 'team/app');
    const place = openPlace('oci:images', { env: {} });
    const body = bodyOf(1000, { image });
    const planned = (await place.plan(body))!;
    await planned.write();
    expect(await place.get(planned.locator, 2000)).toEqual(body.stored);
    expect(await repository.referrers(image.manifestDigest)).toHaveLength(1);
    expect(await repository.manifest(image.manifestDigest.replace(':', '-'))).toBeUndefined();
    await other.stop();
    await expect(place.has(planned.locator)).rejects.toThrow(code('body-place-unreachable'));
  });
});

test('an address has one form, and no secret in it', () => {
  expect(placeAddress(undefined)).toBeUndefined();
  expect(placeAddress('database')).toBeUndefined();
  expect(placeAddress('s3://ships')).toBe(
    's3://ships?endpoint=https://s3.us-east-1.amazonaws.com&region=us-east-1&path-style=false',
  );
  expect(placeAddress('s3://ships/a/b/?region=eu-west-1&profile=x&endpoint=https://minio.corp:9000/')).toBe(
    's3://ships/a/b?endpoint=https://minio.corp:9000&region=eu-west-1&path-style=true&profile=x',
  );
  for (const known of ['s3://ships?endpoint=http://s3.corp&insecure=true&path-style=false', 'oci:images'])
    expect(placeAddress(placeAddress(known))).toBe(placeAddress(known));
  expect(placeAddress('oci://localhost:5000/a/b?insecure=true')).toBe('oci://localhost:5000/a/b?insecure=true');
  for (const wrong of [
    'ftp://x/y',
    '/srv/bodies',
    's3://',
    's3://Ships_',
    's3://ships/a//b',
    's3://key:secret@ships/a',
    's3://ships?endpoint=ftp://x',
    's3://ships?endpoint=https://key:secret@x',
    's3://ships?endpoint=https://x/path',
    's3://ships?secret=x',
    's3://ships?path-style=yes',
    'oci:',
    'oci://registry.corp',
    'oci://registry.corp/a:1',
    'oci://registry.corp/A',
    'oci://registry.corp/a?token=x',
  ])
    expect(() => placeAddress(wrong), wrong).toThrow(code('body-place-invalid'));
});
