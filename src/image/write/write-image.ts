import { createHash } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { CodedError, type Digest, sha256Digest } from '../../model/index.ts';
import type { BlobLocation, LayerBlob, OpenedImage } from '../image.ts';
import { unpackLayer } from '../layers/index.ts';
import { LayoutFolder, type WrittenDescriptor } from './layout-folder.ts';
import { readMembers } from './layer-members.ts';
import { normalConfig, withLabels } from './normal-config.ts';
import { normalMembers, writeMembers } from './normal-layer.ts';
import { packFile, type PackedFile } from './pack-file.ts';

export interface WriteImageOptions {
  readonly signal: AbortSignal;
  /** Annotations of the manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Labels beside those that the image has, or in their place. */
  readonly labels: Readonly<Record<string, string>>;
  /** A name in the layout's index (`org.opencontainers.image.ref.name`). */
  readonly name?: string;
  /** Makes what a build added independent of machine and time; the layers of the base stay what they are. */
  readonly normalise?: { readonly firstLayer: number; readonly latest: number };
}

/** An image as it was written. */
export interface WrittenImage {
  readonly manifestDigest: Digest;
  readonly configDigest: Digest;
  readonly layers: readonly { readonly diffId: Digest; readonly digest: Digest }[];
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
const layerTypes = {
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  none: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/**
 * Writes an image into a new OCI layout folder (image-spec, image-layout.md), every layer verified on the way. Layers that are
 * stored as they would be pushed are copied as they are; those of engines that keep them unpacked are packed.
 * @throws CodedError `layer-unreadable`, `digest-mismatch`, `disk-full`.
 */
export async function writeImage(
  image: OpenedImage,
  folder: string,
  options: WriteImageOptions,
): Promise<WrittenImage> {
  const layout = new LayoutFolder(folder);
  try {
    const layers: (WrittenDescriptor & { readonly diffId: Digest })[] = [];
    for (const [index, blob] of image.layers.entries()) {
      const job = { blob, layout, label: `layer ${index + 1} of ${image.name}`, signal: options.signal };
      const { normalise } = options;
      layers.push(
        normalise !== undefined && index >= normalise.firstLayer
          ? await normalLayer(job, normalise.latest)
          : await sameLayer(job),
      );
    }
    const diffIds = layers.map(({ diffId }) => diffId);
    const stored = withLabels((await image.documents()).config, options.labels);
    const bytes = options.normalise === undefined ? stored : normalConfig(stored, diffIds, options.normalise.latest);
    const config = layout.add(bytes, configType);
    const manifest = layout.add(
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: manifestType,
          config,
          layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
          ...(Object.keys(options.annotations).length === 0 ? {} : { annotations: options.annotations }),
        }),
      ),
      manifestType,
    );
    const named =
      options.name === undefined ? {} : { annotations: { 'org.opencontainers.image.ref.name': options.name } };
    layout.finish([{ ...manifest, ...named }]);
    return {
      manifestDigest: manifest.digest,
      configDigest: config.digest,
      layers: layers.map(({ diffId, digest }) => ({ diffId, digest })),
    };
  } catch (error) {
    layout.remove();
    throw isDiskFull(error)
      ? new CodedError('disk-full', `${folder} has no room for the image`, { cause: error })
      : error;
  }
}

interface LayerJob {
  readonly blob: LayerBlob;
  readonly layout: LayoutFolder;
  readonly label: string;
  readonly signal: AbortSignal;
}

async function sameLayer(job: LayerJob): Promise<WrittenDescriptor & { readonly diffId: Digest }> {
  const { blob, layout, label, signal } = job;
  const { compression, digest, diffId } = blob;
  const location = await blob.locate();
  const file = layout.temporary();
  if (digest !== undefined && (compression === 'gzip' || compression === 'zstd' || compression === 'none')) {
    const copied = await copyBlob(location, file, signal);
    if (digest.startsWith('sha256:') && copied.digest !== digest)
      throw new CodedError('digest-mismatch', `${label} should have the digest ${digest} but has ${copied.digest}`);
    return { ...layout.adopt(file, layerTypes[compression], copied), diffId };
  }
  const plain = `${file}.plain`;
  const sizeBytes = await unpackTo(plain, location, job);
  const packed = await packFile({ path: plain, offsetBytes: 0, sizeBytes }, file, signal);
  rmSync(plain);
  return { ...layout.adopt(file, layerTypes.gzip, packed), diffId };
}

async function normalLayer(
  { blob, layout, label, signal }: LayerJob,
  latest: number,
): Promise<WrittenDescriptor & { readonly diffId: Digest }> {
  const file = layout.temporary();
  const contentsFile = `${file}.contents`;
  const archive = `${file}.tar`;
  const members = normalMembers(await readMembers(blob, { label, signal, contentsFile }), latest);
  const sizeBytes = writeMembers(members, contentsFile, archive);
  rmSync(contentsFile);
  const packed: PackedFile = await packFile({ path: archive, offsetBytes: 0, sizeBytes }, file, signal);
  rmSync(archive);
  return { ...layout.adopt(file, layerTypes.gzip, packed), diffId: packed.diffId };
}

async function unpackTo(path: string, location: BlobLocation, { blob, label, signal }: LayerJob): Promise<number> {
  const file = openSync(path, 'wx', 0o600);
  try {
    const write = (plain: Buffer): void => {
      for (let at = 0; at < plain.length;) at += writeSync(file, plain, at);
    };
    return await unpackLayer(location, { diffId: blob.diffId, label, signal }, { write });
  } finally {
    closeSync(file);
  }
}

async function copyBlob(location: BlobLocation, to: string, signal: AbortSignal) {
  const sum = createHash('sha256');
  const file = openSync(to, 'wx');
  let sizeBytes = 0;
  try {
    for await (const chunk of storedChunks(location, signal)) {
      sum.update(chunk);
      sizeBytes += chunk.length;
      for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
    }
  } finally {
    closeSync(file);
  }
  return { digest: sha256Digest(sum.digest('hex')), sizeBytes };
}

async function* storedChunks(location: BlobLocation, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (location.kind === 'stream') return yield* location.open(signal);
  const { createReadStream } = await import('node:fs');
  const { path, offsetBytes: start, sizeBytes } = location;
  if (sizeBytes === 0) return;
  for await (const chunk of createReadStream(path, {
    start,
    end: start + sizeBytes - 1,
    highWaterMark: 1 << 20,
    signal,
  }))
    yield chunk as Buffer;
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
