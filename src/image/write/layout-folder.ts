import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../model/index.ts';
import { digestOf } from '../oci/index.ts';
import { blobName } from '../sources/held-blobs.ts';

/** A descriptor as it stands in a document (image-spec, descriptor.md). */
export interface WrittenDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An OCI image layout that is being written (image-spec, image-layout.md). */
export class LayoutFolder {
  readonly path: string;
  #temporary = 0;

  constructor(path: string) {
    this.path = path;
    mkdirSync(join(path, 'blobs/sha256'), { recursive: true });
  }

  /** A name in the folder for a file that will become a blob. */
  temporary(): string {
    return join(this.path, `blobs/sha256/part-${++this.#temporary}`);
  }

  /** Makes a finished file a blob. */
  adopt(
    file: string,
    mediaType: string,
    { digest, sizeBytes }: { digest: Digest; sizeBytes: number },
  ): WrittenDescriptor {
    renameSync(file, join(this.path, blobName(digest)));
    return { mediaType, digest, size: sizeBytes };
  }

  add(bytes: Uint8Array, mediaType: string): WrittenDescriptor {
    const digest = digestOf(bytes);
    const file = this.temporary();
    writeFileSync(file, bytes);
    return this.adopt(file, mediaType, { digest, sizeBytes: bytes.length });
  }

  /** Writes the index, which makes it a layout. */
  finish(manifests: readonly WrittenDescriptor[]): void {
    writeFileSync(join(this.path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests };
    writeFileSync(join(this.path, 'index.json'), JSON.stringify(index));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
