import { createHash, type Hash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { CodedError, sha256Digest } from '../../model/index.ts';
import type { ImageDocuments, LayerBlob, OpenedImage } from '../image.ts';
import { type Spool, spool } from '../sources/spool.ts';
import type { BlobToPut, ImageTarget, ManifestToPut } from './image-target.ts';

const largestLayerBytes = 64 * 2 ** 30;

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/**
 * Copies an image, byte by byte where its source has a manifest, so that its digest stays. An engine's or `docker save`'s
 * image gets a manifest here, with its layers packed. Gives the manifest, which then lies there under its digest and, where
 * some are named, tags.
 */
export async function copyImage(
  image: OpenedImage,
  target: ImageTarget,
  options: { readonly tags: readonly string[]; readonly cacheDirectory: string; readonly signal: AbortSignal },
): Promise<ManifestToPut> {
  const documents = await image.documents();
  const spools: Spool[] = [];
  try {
    const layers: BlobToPut[] = [];
    for (const layer of image.layers)
      layers.push(
        documents.manifest === undefined ? await packed(layer, options, spools) : stored(layer, options.signal),
      );
    for (const blob of [...layers, bytesBlob(documents.config)]) {
      options.signal.throwIfAborted();
      if (!(await target.hasBlob(blob.digest))) await target.putBlob(blob);
    }
    const bytes = documents.manifest ?? manifestFor(documents, layers);
    const manifest = { bytes, mediaType: mediaTypeOf(bytes), digest: sha256Digest(hash('sha256', bytes, 'hex')) };
    if (options.tags.length === 0) await target.putManifest(manifest);
    for (const tag of options.tags) await target.putManifest(manifest, tag);
    return manifest;
  } finally {
    for (const file of spools) file.close();
  }
}

function stored(layer: LayerBlob, signal: AbortSignal): BlobToPut {
  const { digest, sizeBytes } = layer;
  if (layer.compression === 'foreign' || digest === undefined || sizeBytes === undefined)
    throw new CodedError('foreign-layer', `the layer ${layer.diffId} is not distributed with the image`);
  return { digest, sizeBytes, open: () => bytesOf(layer, signal) };
}

async function* bytesOf(layer: LayerBlob, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const location = await layer.locate();
  if (location.kind === 'stream') yield* location.open(signal);
  else if (location.sizeBytes > 0) {
    const { path, offsetBytes: start, sizeBytes } = location;
    yield* createReadStream(path, { start, end: start + sizeBytes - 1, highWaterMark: 1 << 20, signal });
  }
}

/** The layer in gzip, in a nameless file until it is copied: a registry wants digest and size first. */
async function packed(
  layer: LayerBlob,
  { cacheDirectory, signal }: { readonly cacheDirectory: string; readonly signal: AbortSignal },
  spools: Spool[],
): Promise<BlobToPut> {
  if (await isPacked(layer, signal)) return asItIs(layer, signal);
  const plain = createHash('sha256');
  const hashed = createHash('sha256');
  const gzip = createGzip({ level: 6, chunkSize: 256 << 10 });
  const source = async function* (): AsyncIterable<Uint8Array> {
    for await (const chunk of bytesOf(layer, signal)) {
      plain.update(chunk);
      yield chunk;
    }
  };
  const spooled = await spool(compressed(source, gzip, hashed), {
    directory: cacheDirectory,
    limitBytes: largestLayerBytes,
    what: `the layer ${layer.diffId}`,
    signal,
  });
  spools.push(spooled);
  if (`sha256:${plain.digest('hex')}` !== layer.diffId)
    throw new CodedError('digest-mismatch', `the bytes of the layer ${layer.diffId} have another digest`);
  return {
    digest: sha256Digest(hashed.digest('hex')),
    sizeBytes: spooled.sizeBytes,
    open: () => createReadStream(spooled.path, { highWaterMark: 1 << 20 }),
  };
}

async function* compressed(
  source: () => AsyncIterable<Uint8Array>,
  gzip: Gzip,
  hashed: Hash,
): AsyncIterable<Uint8Array> {
  // What goes wrong with the source shows at the gzip's end.
  pipeline(source, gzip).catch(() => undefined);
  for await (const chunk of gzip as AsyncIterable<Buffer>) {
    hashed.update(chunk);
    yield chunk;
  }
}

async function isPacked(layer: LayerBlob, signal: AbortSignal): Promise<boolean> {
  for await (const chunk of bytesOf(layer, signal)) return chunk[0] === 0x1f && chunk[1] === 0x8b;
  return false;
}

/** Some engines save layers packed. */
async function asItIs(layer: LayerBlob, signal: AbortSignal): Promise<BlobToPut> {
  const hashed = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of bytesOf(layer, signal)) {
    hashed.update(chunk);
    sizeBytes += chunk.length;
  }
  return { digest: sha256Digest(hashed.digest('hex')), sizeBytes, open: () => bytesOf(layer, signal) };
}

function bytesBlob(bytes: Uint8Array): BlobToPut {
  return {
    digest: sha256Digest(hash('sha256', bytes, 'hex')),
    sizeBytes: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

function manifestFor({ config }: ImageDocuments, layers: readonly BlobToPut[]): Uint8Array {
  const { digest, sizeBytes } = bytesBlob(config);
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: { mediaType: types.config, digest, size: sizeBytes },
      layers: layers.map((layer) => ({ mediaType: types.layer, digest: layer.digest, size: layer.sizeBytes })),
    }),
  );
}

/** OCI lets a manifest leave its type out (image-spec, manifest.md). */
function mediaTypeOf(manifest: Uint8Array): string {
  const { mediaType } = JSON.parse(Buffer.from(manifest).toString('utf8')) as { mediaType?: unknown };
  return typeof mediaType === 'string' ? mediaType : types.manifest;
}
