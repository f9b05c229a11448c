import type { Digest } from '../../model/index.ts';

/** A blob as its place will know it. */
export interface BlobToPut {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** The bytes, from the start at every call. */
  open(): AsyncIterable<Uint8Array>;
}

/** A place that an image can be copied to: a registry's repository, an OCI layout. */
export interface ImageTarget {
  /** How messages call it. */
  readonly label: string;
  hasBlob(digest: Digest): Promise<boolean>;
  putBlob(blob: BlobToPut): Promise<void>;
  /** Puts a manifest under its digest and a tag; its blobs are there. */
  putManifest(manifest: { bytes: Uint8Array; mediaType: string; digest: Digest }, tag: string): Promise<void>;
  close(): void;
}
