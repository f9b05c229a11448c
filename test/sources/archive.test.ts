import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openImage } from '../../src/image/index.ts';
import { unpackArchive } from '../../src/image/sources/archive/packing.ts';
import { buildImage, buildIndex, sha256 } from '../make/image-builder.ts';
import { writeDockerArchive, writeLayout, writeOciArchive } from '../make/image-files.ts';
import { writeTar } from '../make/tar-writer.ts';
import { failureOf, layerDigests, scratch } from './open-options.ts';

const { folder, options, remove } = scratch();
afterAll(remove);
let count = 0;
const file = (): string => join(folder, `${count++}.tar`);

const app = buildImage({
  layers: [
    { files: { '/a': 'one' } },
    { files: { '/b': 'two' }, compression: 'zstd' },
    { files: { '/c': 'three' }, compression: 'none' },
  ],
  annotations: { 'org.opencontainers.image.version': '1' },
});
const plain = app.layers.map((layer) => layer.diffId);
const packed = app.layers.map((layer) => layer.digest);

describe('an archive', () => {
  test.each([
    ['docker-save of old engines', writeDockerArchive(file(), [{ built: app, name: 'app:1' }]), plain],
    [
      'docker-save of current engines',
      writeDockerArchive(file(), [{ built: app, name: 'app:1' }], { style: 'modern' }),
      plain,
    ],
    ['OCI', writeOciArchive(file(), app), packed],
    ['gzip around docker-save', writeDockerArchive(file(), app, { packing: 'gzip' }), plain],
    ['zstd around OCI', writeOciArchive(file(), app, { packing: 'zstd' }), packed],
  ])('of the kind %s gives its layers from where they lie', async (_, path, digests) => {
    for (const input of [path, `archive:${path}`]) {
      const image = await openImage(input, options);
      expect(image).toMatchObject({ name: `archive:${path}`, sourceKind: 'archive', configDigest: app.config.digest });
      expect(await layerDigests(image)).toEqual(digests);
      expect(image.layers.map((layer) => layer.diffId)).toEqual(plain);
      await image.close();
      await image.close();
    }
    expect(readdirSync(join(folder)).filter((name) => name.startsWith('spool'))).toEqual([]);
  });

  test('that repeats a layer as a link gives it twice', async () => {
    const twice = buildImage({ layers: [{ files: { '/a': 'x' } }, { files: { '/a': 'x' } }] });
    // The builder leaves out folders that are known, so both layers are the same bytes.
    const image = await openImage(writeDockerArchive(file(), twice), options);
    expect(await layerDigests(image)).toEqual([twice.layers[0]!.diffId, twice.layers[0]!.diffId]);
  });

  test('of several images asks which, and gives the one that is named', async () => {
    const other = buildImage({ layers: [{ files: { '/other': 'o' } }] });
    const docker = writeDockerArchive(file(), [
      { built: app, name: 'app:1' },
      { built: other, name: 'registry.example.com/other:2' },
    ]);
    const oci = writeOciArchive(file(), [
      { built: app, name: 'one' },
      { built: other, name: 'two' },
    ]);
    expect(await failureOf(openImage(docker, options))).toMatchObject({ code: 'choose-an-image' });
    expect(await failureOf(openImage(oci, options))).toMatchObject({ code: 'choose-an-image' });
    const digestOf = async (input: string): Promise<string> => (await openImage(input, options)).configDigest;
    expect(await digestOf(`${docker}#app:1`)).toBe(app.config.digest);
    expect(await digestOf(`${docker}#docker.io/library/app:1`)).toBe(app.config.digest);
    expect(await digestOf(`archive:${docker}#registry.example.com/other:2`)).toBe(other.config.digest);
    expect(await digestOf(`${docker}@${other.config.digest}`)).toBe(other.config.digest);
    expect(await digestOf(`${oci}#two`)).toBe(other.config.digest);
    expect(await digestOf(`${oci}@${app.manifest.digest}`)).toBe(app.config.digest);
    expect(await failureOf(openImage(`${oci}#three`, options))).toMatchObject({ code: 'image-not-found' });
  });

  test('with an index gives the image of the platform', async () => {
    const arm = buildImage({ layers: [{ files: { '/a': 'arm' } }], platform: { os: 'linux', architecture: 'arm64' } });
    const path = writeOciArchive(file(), buildIndex([app, arm], { attestations: true }));
    const image = await openImage(path, { ...options, platform: 'linux/arm64' });
    expect(image).toMatchObject({ configDigest: arm.config.digest, manifestDigest: arm.manifest.digest });
    expect(image.attestations).toHaveLength(1);
    expect(await failureOf(openImage(path, { ...options, platform: 'windows/amd64' }))).toMatchObject({
      code: 'platform-not-found',
    });
  });

  test.each([
    ['two different manifest.json', { extra: [{ name: 'manifest.json', content: '[]' }] }, 'ambiguous-archive'],
    [
      'an endless link in place of manifest.json',
      { extra: [{ name: 'manifest.json', type: 'symlink' as const, link: 'manifest.json' }] },
      'ambiguous-archive',
    ],
    [
      'a link out of it in place of manifest.json',
      { extra: [{ name: 'manifest.json', type: 'symlink' as const, link: '../../../../etc/passwd' }] },
      'ambiguous-archive',
    ],
    [
      'a device in place of manifest.json',
      { extra: [{ name: 'manifest.json', type: 'character-device' as const }] },
      'ambiguous-archive',
    ],
    ['a member that is larger than the file', { extra: [{ name: 'x', claimedSize: 1e12 }] }, 'bad-archive'],
    ['a member of negative size', { extra: [{ name: 'x', claimedSize: -5 }] }, 'bad-archive'],
    ['an end in the middle', { cutAt: 3000 }, 'bad-archive'],
  ])('with %s is refused', async (_, change, code) => {
    const { code: actual } = await failureOf(openImage(`archive:${writeDockerArchive(file(), app, change)}`, options));
    expect(actual).toBe(code);
  });

  test('that is damaged inside is refused by name', async () => {
    const config = app.config.bytes.toString();
    const wrong = sha256(Buffer.from(config.replace('linux', 'linus')));
    const tampered = { ...app, config: { ...app.config, bytes: Buffer.from(config.replace('linux', 'linus')) } };
    expect(await failureOf(openImage(writeDockerArchive(file(), tampered), options))).toMatchObject({
      code: 'digest-mismatch',
      message: expect.stringMatching(new RegExp(`${app.config.digest}.*${wrong}`)) as string,
    });
    expect(await failureOf(openImage(writeOciArchive(file(), tampered), options))).toMatchObject({
      code: 'digest-mismatch',
    });
    const lying = buildImage({
      manifestOverrides: {
        layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: app.layers[0]!.digest, size: 3 }],
      },
    });
    expect(
      await failureOf(openImage(writeOciArchive(file(), { ...lying, layers: [app.layers[0]!] }), options)),
    ).toMatchObject({ code: 'size-mismatch' });
    const lacking = { ...app, layers: app.layers.slice(1) };
    expect(await failureOf(openImage(writeOciArchive(file(), lacking), options))).toMatchObject({
      code: 'missing-blob',
    });
  });

  test('whose two lists show different images is refused', async () => {
    const other = buildImage({ layers: [{ files: { '/other': 'o' } }] });
    const path = writeOciArchive(file(), app, {
      extra: [
        { name: `${other.config.digest.slice(7)}.json`, content: other.config.bytes },
        {
          name: 'manifest.json',
          content: JSON.stringify([{ Config: `${other.config.digest.slice(7)}.json`, RepoTags: null, Layers: [] }]),
        },
      ],
    });
    expect(await failureOf(openImage(path, options))).toMatchObject({ code: 'ambiguous-archive' });
  });

  test.each([
    ['null', 'null', 'bad-archive'],
    ['deep', `${'['.repeat(100_000)}`, 'bad-archive'],
    ['no list', '{"a":1}', 'bad-archive'],
    ['an empty list', '[]', 'not-an-image'],
    ['a path out of the archive', '[{"Config":"../../../etc/passwd","Layers":[]}]', 'missing-blob'],
    ['text for numbers', '[{"Config":5}]', 'bad-archive'],
    ['prototype names', '[{"__proto__":{"Config":"a"}}]', 'bad-archive'],
  ])('whose manifest.json is %s is refused', async (_, content, code) => {
    const path = file();
    writeFileSync(path, writeTar([{ name: 'manifest.json', content }]));
    expect((await failureOf(openImage(path, options))).code).toBe(code);
  });

  test.each([
    ['an endless link', { type: 'symlink', link: 'manifest.json' }, 'bad-archive'],
    ['a link out of it', { type: 'symlink', link: '../../../../etc/passwd' }, 'not-an-image'],
    ['a device', { type: 'character-device' }, 'bad-archive'],
  ] as const)('with %s for its only manifest.json is refused', async (_, member, code) => {
    const path = file();
    writeFileSync(path, writeTar([{ name: 'manifest.json', ...member }]));
    expect((await failureOf(openImage(path, options))).code).toBe(code);
  });

  test('that is no image says what it may be instead', async () => {
    const path = file();
    writeFileSync(path, writeTar([{ name: 'etc/os-release', content: 'ID=debian' }]));
    await expect(openImage(path, options)).rejects.toMatchObject({
      code: 'not-an-image',
      hint: 'It looks like a root file system: unpack it and scan dir:FOLDER',
    });
    writeFileSync(path, Buffer.alloc(4096, 65));
    expect(await failureOf(openImage(`archive:${path}`, options))).toMatchObject({
      code: 'bad-archive',
      message: `archive ${path} is no tar archive, at byte 0`,
    });
    expect(await failureOf(openImage(path, options))).toMatchObject({ code: 'unknown-input' });
    expect(await failureOf(openImage(join(folder, 'none.tar'), options))).toMatchObject({ code: 'file-not-found' });
    writeFileSync(path, Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(100)]));
    expect(await failureOf(openImage(path, options))).toMatchObject({ code: 'bad-archive' });
  });

  test('that is packed but no tar is refused before it fills the disk', async () => {
    const path = file();
    writeFileSync(path, gzipSync(Buffer.alloc(64 << 20)));
    const seen: number[] = [];
    const given = { ...options, onProgress: ({ doneBytes }: { doneBytes: number }) => void seen.push(doneBytes) };
    expect(await failureOf(openImage(`archive:${path}`, given))).toEqual({
      code: 'bad-archive',
      message: `archive ${path} is packed, but holds no tar archive`,
    });
    expect(seen).toEqual([]);
  });

  test.each([
    ['gzip', 'gunzip -k'],
    ['zstd', 'unzstd'],
  ] as const)('packed with %s that unpacks beyond the limit says the limit and what helps', async (packing, tool) => {
    const path = writeOciArchive(
      file(),
      buildImage({ layers: [{ files: { '/zeros': Buffer.alloc(8 << 20) }, compression: 'none' }] }),
      { packing },
    );
    const label = 'archive app.tar';
    const limits = { ratio: 2, freeBytes: 1 << 20, plainBytes: 4 << 20 };
    const source = { ...options, platform: undefined };
    await expect(unpackArchive({ path, label, packing }, source, limits)).rejects.toMatchObject({
      code: 'too-large',
      message: 'archive app.tar has more than the limit of 1048576 bytes',
      hint: `If you trust it, unpack it yourself and scan the plain file: ${tool} FILE`,
    });
    await expect(
      unpackArchive({ path, label, packing }, source, { ...limits, freeBytes: 1 << 30 }),
    ).rejects.toMatchObject({ message: 'archive app.tar has more than the limit of 4194304 bytes' });
    const whole = await unpackArchive({ path, label, packing }, source);
    expect(whole.sizeBytes).toBeGreaterThan(8 << 20);
    whole.close();
    expect(readdirSync(options.cacheDirectory).filter((name) => name.startsWith('spool'))).toEqual([]);
  });

  test('with long names in GNU and pax form is read', async () => {
    for (const format of ['gnu', 'pax'] as const) {
      const layerName = `${'d'.repeat(90)}/${'e'.repeat(90)}/layer.tar`;
      const path = file();
      const manifest = JSON.stringify([
        { Config: 'config.json', RepoTags: null, Layers: [layerName, layerName, layerName] },
      ]);
      writeFileSync(
        path,
        writeTar(
          [
            { name: 'config.json', content: app.config.bytes },
            { name: layerName, content: app.layers[0]!.tar },
            { name: 'manifest.json', content: manifest },
          ],
          { format },
        ),
      );
      const image = await openImage(path, options);
      expect((await layerDigests(image))[0]).toBe(app.layers[0]!.diffId);
    }
  });
});

describe('a layout folder', () => {
  test('gives its image, by tag and by digest', async () => {
    const other = buildImage({ layers: [{ files: { '/other': 'o' } }] });
    const path = writeLayout(join(folder, 'layout'), [
      { built: app, name: 'v1' },
      { built: other, name: 'v2' },
    ]);
    expect(await failureOf(openImage(path, options))).toMatchObject({ code: 'choose-an-image' });
    const image = await openImage(`${path}#v1`, options);
    expect(image).toMatchObject({
      name: `layout:${path}#v1`,
      sourceKind: 'layout',
      manifestDigest: app.manifest.digest,
      annotations: { 'org.opencontainers.image.version': '1' },
    });
    expect(await layerDigests(image)).toEqual(packed);
    expect((await openImage(`layout:${path}@${other.manifest.digest}`, options)).configDigest).toBe(
      other.config.digest,
    );
  });

  test('with a pipe or a folder where a blob should be is refused', async () => {
    const path = writeLayout(join(folder, 'odd'), app);
    const blob = join(path, 'blobs', app.config.digest.replace(':', '/'));
    const { rmSync } = await import('node:fs');
    rmSync(blob);
    mkdirSync(blob);
    expect(await failureOf(openImage(path, options))).toMatchObject({ code: 'file-unreadable' });
    rmSync(blob, { recursive: true });
    symlinkSync('/etc/passwd', blob);
    expect((await failureOf(openImage(path, options))).code).toMatch(/mismatch/);
  });
});
