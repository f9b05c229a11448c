import { CodedError, type Digest } from '../../model/index.ts';
import { compressionOf, type Descriptor, type HoldsWhole, manifestLimitBytes, parseManifest } from '../oci/index.ts';
import { type FileTree, readRange } from './file-tree.ts';

const indexDepthLimit = 4;
/** Documents that are read to answer: an index may list thousands. */
const documentLimit = 1000;

/** Where a layout keeps a blob (image-spec, image-layout.md). */
export function blobName(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/**
 * Tells which images of an index a layout holds whole: engines with containerd's image store save the index as it was
 * pulled, with the blobs of only those platforms that they have. What cannot be read counts as held, so that reading it
 * says why.
 */
export function holdsWhole(tree: FileTree): HoldsWhole {
  let documents = 0;
  const isThere = (digest: Digest): boolean => tree.find(blobName(digest)) !== undefined;

  function holds(descriptor: Descriptor, depth: number): boolean {
    const range = tree.find(blobName(descriptor.digest));
    if (range === undefined) return false;
    if (++documents > documentLimit || depth > indexDepthLimit) return true;
    try {
      const manifest = parseManifest(readRange(range, manifestLimitBytes, descriptor.digest), descriptor.digest);
      if (manifest.kind === 'index') return manifest.manifests.some((entry) => holds(entry, depth + 1));
      return (
        isThere(manifest.config.digest) &&
        manifest.layers.every((layer) => compressionOf(layer.mediaType) === 'foreign' || isThere(layer.digest))
      );
    } catch (error) {
      if (error instanceof CodedError) return true;
      throw error;
    }
  }

  return (descriptor) => holds(descriptor, 0);
}
