import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyImage, openTarget } from '../../src/image/copy/index.ts';
import { openImage } from '../../src/image/index.ts';
import { buildImage } from '../make/image-builder.ts';
import { writeDockerArchive, writeLayout } from '../make/image-files.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { scratch } from './open-options.ts';

const built = buildImage({
  layers: [{ files: { '/etc/os-release': 'ID=debian\n' } }, { files: { '/app/a': 'a' }, compression: 'zstd' }],
  config: { User: 'app' },
  annotations: { team: 'web' },
});
const { folder: root, options, remove } = scratch();
const folder = (name: string): string => {
  mkdirSync(join(root, name), { recursive: true });
  return join(root, name);
};
afterAll(remove);
const layout = `layout:${writeLayout(folder('source'), [{ built, name: '1' }])}`;

async function copy(from: string, to: string, tags?: readonly string[]): Promise<string> {
  const image = await openImage(from, options);
  const { target, tag } = await openTarget(to, options);
  try {
    return (await copyImage(image, target, { ...options, tags: tags ?? [tag] })).digest;
  } finally {
    target.close();
    await image.close();
  }
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function facts(from: string) {
  const image = await openImage(from, options);
  try {
    const { manifestDigest, config, annotations } = image;
    return { manifestDigest, diffIds: config.diffIds, annotations: { team: annotations['team'] } };
  } finally {
    await image.close();
  }
}

const whole = {
  manifestDigest: built.manifest.digest,
  diffIds: built.layers.map(({ diffId }) => diffId),
  annotations: { team: 'web' },
};

describe('an image copied to a layout', () => {
  test('keeps its digest, and what lies there stays', async () => {
    const target = `layout:${folder('target')}`;
    const other = `layout:${writeLayout(folder('other'), [{ built: buildImage(), name: '1' }])}`;
    expect(await copy(other, `${target}#old`)).toBe(buildImage().manifest.digest);
    expect(await copy(layout, `${target}#new`)).toBe(built.manifest.digest);
    expect(await facts(`${target}#new`)).toEqual(whole);
    expect(await facts(`${target}#old`)).toMatchObject({ manifestDigest: buildImage().manifest.digest });
  });

  test('has what refers to it beside it, which nobody takes for an image', async () => {
    const path = folder('attached');
    await copy(layout, `layout:${path}#1`);
    const { target } = await openTarget(`layout:${path}`, options);
    const { digest } = built.manifest;
    const artifact = {
      artifactType: 'application/vnd.example',
      subject: { digest: digest as never, mediaType: 'application/vnd.oci.image.manifest.v1+json', sizeBytes: 1 },
      blob: Buffer.from('ahoy'),
      blobType: 'text/plain',
    };
    const attached = await target.attach(artifact);
    expect(await target.attach(artifact)).toBe(attached);
    const { manifests } = JSON.parse(readFileSync(join(path, 'index.json'), 'utf8')) as {
      manifests: { digest: string; artifactType?: string }[];
    };
    expect(manifests.map((each) => [each.digest, each.artifactType])).toEqual([
      [digest, undefined],
      [attached, 'application/vnd.example'],
    ]);
    expect(await facts(`layout:${path}`)).toEqual(whole);
  });

  test('from docker save gets a manifest, the same each time, with its configuration as it was', async () => {
    const archive = folder('saved') + '/app.tar';
    writeDockerArchive(archive, [{ built, name: 'app:1' }]);
    const first = await copy(`archive:${archive}`, `layout:${folder('first')}#1`);
    const second = await copy(`archive:${archive}`, `layout:${folder('second')}#1`);
    expect(first).toBe(second);
    const image = await openImage(`layout:${folder('first')}#1`, options);
    expect([image.manifestDigest, image.configDigest, image.config.diffIds]).toEqual([
      first,
      built.config.digest,
      whole.diffIds,
    ]);
    const bytes = await Promise.all(image.layers.map(async (layer) => (await layer.locate()).kind));
    expect(bytes).toEqual(['file', 'file']);
    await image.close();
  });
});

const reason = noRegistryReason();

describe.skipIf(reason !== undefined)(
  `an image copied to a registry${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let registry: TestRegistry;
    beforeAll(async () => void (registry = await startRegistry()));
    afterAll(() => registry.stop());

    test('keeps its digest, under every tag', async () => {
      const to = `${registry.address}/bases/debian:12.5`;
      expect(await copy(layout, to, ['12.5', 'stable'])).toBe(built.manifest.digest);
      expect([await facts(to), await facts(`${registry.address}/bases/debian:stable`)]).toEqual([whole, whole]);
      expect(await copy(to, `${registry.address}/other/name:1`)).toBe(built.manifest.digest);
    });

    test('is refused for a digest as target, and where the registry is not there', async () => {
      expect(await failureOf(copy(layout, `${registry.address}/a@${built.manifest.digest}`))).toMatchObject({
        code: 'bad-reference',
      });
      expect(await failureOf(copy(layout, '127.0.0.1:1/a:1'))).toMatchObject({ code: 'registry-unreachable' });
    });
  },
);

describe.skipIf(reason !== undefined)(
  `a registry that wants a log-in${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let registry: TestRegistry;
    beforeAll(async () => void (registry = await startRegistry({ basicAuth: true })));
    afterAll(() => registry.stop());

    test('refuses a copy without one', async () => {
      expect(await failureOf(copy(layout, `${registry.address}/a:1`))).toMatchObject({ code: 'registry-denied' });
    });
  },
);
