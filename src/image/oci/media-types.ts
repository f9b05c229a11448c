import type { LayerBlob } from '../image.ts';

/** Media types of OCI image-spec 1.1 (media-types.md) and Docker's image manifest version 2. */
export const indexTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);

export const manifestTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]);

export const schema1Types: ReadonlySet<string> = new Set([
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
]);

/** Configurations of container images; octet-stream is what some old tools pushed. */
export const configTypes: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
  'application/octet-stream',
]);

const layerCompressions: ReadonlyMap<string, LayerBlob['compression']> = new Map([
  ['application/vnd.oci.image.layer.v1.tar', 'none'],
  ['application/vnd.oci.image.layer.v1.tar+gzip', 'gzip'],
  ['application/vnd.oci.image.layer.v1.tar+zstd', 'zstd'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar', 'foreign'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'foreign'],
  ['application/vnd.oci.image.layer.nondistributable.v1.tar+zstd', 'foreign'],
  ['application/vnd.docker.image.rootfs.diff.tar', 'none'],
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'gzip'],
  ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'zstd'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar', 'foreign'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'foreign'],
]);

/** What a layer's media type says of its compression; undefined where it is no file system layer. */
export function compressionOf(mediaType: string): LayerBlob['compression'] | undefined {
  const known = layerCompressions.get(mediaType);
  if (known !== undefined) return known;
  // Buildkit and others add suffixes (`+encrypted`); only what plainly is a tar counts as a layer.
  return mediaType === '' || mediaType === 'application/octet-stream' || /^application\/(?:x-)?tar\b/.test(mediaType)
    ? 'unknown'
    : undefined;
}
