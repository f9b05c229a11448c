import type { Digest } from '../../model/index.ts';
import type { ArtifactToPush } from '../oci/index.ts';

/** A blob as its place will know it. */
export interface BlobToPut {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** The bytes, from the start at every call. */
  open(): AsyncIterable<Uint8Array>;
}

/** A manifest as its place will know it. */
export interface ManifestToPut {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly digest: Digest;
}

/** A place that an image can be copied to: a registry's repository, an OCI layout. */
export interface ImageTarget {
  /** How messages call it: `registry.example.com/bases/debian-12`, `layout FOLDER`. */
  readonly label: string;
  hasBlob(digest: Digest): Promise<boolean>;
  putBlob(blob: BlobToPut): Promise<void>;
  /** Puts a manifest under its digest, and a tag where one is named; its blobs are there. */
  putManifest(manifest: ManifestToPut, tag?: string): Promise<void>;
  /** Puts what refers to a manifest beside it. Gives the digest of the artifact's own manifest. */
  attach(artifact: ArtifactToPush): Promise<Digest>;
  close(): void;
}
