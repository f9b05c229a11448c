import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { blobsOf, type BuiltBlob, type BuiltImage, type BuiltIndex, descriptorOf, sha256 } from './image-builder.ts';
import { type TarMember, writeTar } from './tar-writer.ts';

/** An image with the name that the archive or layout gives it. */
export interface NamedImage {
  readonly built: BuiltImage | BuiltIndex;
  /** `app:1` for docker archives; the tag for layouts. */
  readonly name?: string;
}

type Images = BuiltImage | BuiltIndex | readonly NamedImage[];

/** Writes an OCI image layout folder. Gives the folder. */
export function writeLayout(folder: string, images: Images): string {
  for (const [name, bytes] of layoutFiles(named(images))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

export interface ArchiveOptions {
  /** Packs the whole archive. */
  readonly packing?: 'gzip' | 'zstd';
  /** Members to add after all others: duplicates, links. */
  readonly extra?: readonly TarMember[];
  /** Cuts the archive after so many bytes. */
  readonly cutAt?: number;
}

/** Writes an OCI layout as one tar file. Gives the file. */
export function writeOciArchive(file: string, images: Images, options: ArchiveOptions = {}): string {
  return writeArchive(file, [...layoutFiles(named(images))], options);
}

export interface DockerArchiveOptions extends ArchiveOptions {
  /** `old`: as engines before 25 save (layers in folders, repeated ones as links). `modern`: blobs and an OCI index too. */
  readonly style?: 'old' | 'modern';
}

/** Writes what `docker save` writes. Gives the file. */
export function writeDockerArchive(file: string, images: Images, options: DockerArchiveOptions = {}): string {
  const list = named(images).map(({ built, name }) => ({
    image: built.kind === 'image' ? built : built.images[0]!,
    name,
  }));
  const isOld = (options.style ?? 'old') === 'old';
  const members: [string, Buffer | { link: string }][] = [];
  const manifest = list.map(({ image, name }) => {
    const config = isOld ? `${image.config.digest.slice(7)}.json` : blobName(image.config.digest);
    if (isOld) members.push([config, image.config.bytes]);
    const first = new Map<string, string>();
    const layers = image.layers.map((layer, index) => {
      if (!isOld) return blobName(layer.diffId);
      const folder = `${image.config.digest.slice(7, 60)}${String(index).padStart(11, '0')}`;
      const earlier = first.get(layer.diffId);
      members.push([`${folder}/layer.tar`, earlier === undefined ? layer.tar : { link: `../${earlier}/layer.tar` }]);
      if (earlier === undefined) first.set(layer.diffId, folder);
      return `${folder}/layer.tar`;
    });
    return { Config: config, RepoTags: name === undefined ? null : [name], Layers: layers };
  });
  if (!isOld) members.push(...layoutFiles(list.map(({ image, name }) => ({ built: plainImage(image), name }))));
  members.push(['manifest.json', Buffer.from(JSON.stringify(manifest))]);
  return writeArchive(file, members, options);
}

export interface ContainerdArchiveOptions {
  /** `app:1`, as docker calls it. */
  readonly name: string;
  /** Images of the index whose blobs are there; those of others were never pulled. */
  readonly held: readonly BuiltImage[];
  /** The one that manifest.json lists for old readers: that of the engine's platform, where it has it. */
  readonly own?: BuiltImage;
}

/**
 * Writes what `docker save` writes where Docker keeps images in containerd's store (and `ctr images export`): the index
 * as it was pulled, and the packed layers of what was pulled. Gives the file.
 */
export function writeContainerdArchive(file: string, index: BuiltIndex, options: ContainerdArchiveOptions): string {
  const { name, held, own } = options;
  const annotations = {
    'io.containerd.image.name': `docker.io/library/${name}`,
    'org.opencontainers.image.ref.name': name.slice(name.indexOf(':') + 1),
  };
  const blobs = [index.manifest, ...held.flatMap(blobsOf)];
  const files: [string, Buffer][] = blobs.map((blob) => [blobName(blob.digest), blob.bytes]);
  files.push(
    ['index.json', json({ schemaVersion: 2, manifests: [{ ...descriptorOf(index.manifest), annotations }] })],
    ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
  );
  if (own !== undefined) {
    const Layers = own.layers.map((layer) => blobName(layer.digest));
    files.push(['manifest.json', json([{ Config: blobName(own.config.digest), RepoTags: [name], Layers }])]);
  }
  return writeArchive(file, files, {});
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The image as engines save it: layers unpacked, a manifest made for the occasion. */
function plainImage(image: BuiltImage): BuiltImage {
  const layers = image.layers.map((layer) => ({
    ...layer,
    bytes: layer.tar,
    digest: layer.diffId,
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
  }));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = { ...image.config, mediaType: 'application/vnd.oci.image.config.v1+json' };
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType, config: descriptorOf(config), layers: layers.map(descriptorOf) }),
  );
  return { ...image, config, layers, manifest: manifestBlob(bytes, mediaType) };
}

function manifestBlob(bytes: Buffer, mediaType: string): BuiltBlob {
  return { bytes, mediaType, digest: sha256(bytes) };
}

function writeArchive(
  file: string,
  files: readonly (readonly [string, Buffer | { link: string }])[],
  options: ArchiveOptions,
): string {
  const members = files.map(([name, content]): TarMember =>
    'link' in content ? { name, type: 'symlink', link: content.link } : { name, content },
  );
  const tar = writeTar([...members, ...(options.extra ?? [])]);
  const packed = options.packing === 'gzip' ? gzipSync(tar) : options.packing === 'zstd' ? zstdCompressSync(tar) : tar;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, options.cutAt === undefined ? packed : packed.subarray(0, options.cutAt));
  return file;
}

function named(images: Images): readonly NamedImage[] {
  return 'kind' in images ? [{ built: images }] : images;
}

function layoutFiles(images: readonly NamedImage[]): Map<string, Buffer> {
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: images.map(({ built, name }) => ({
      ...descriptorOf(built.manifest),
      ...(built.kind === 'image' ? { platform: built.platform } : {}),
      ...(name === undefined ? {} : { annotations: { 'org.opencontainers.image.ref.name': name } }),
    })),
  };
  const blobs = images.flatMap(({ built }) => blobsOf(built));
  return new Map([
    ['oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
    ['index.json', Buffer.from(JSON.stringify(index))],
    ...blobs.map((blob) => [blobName(blob.digest), blob.bytes] as const),
  ]);
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}
