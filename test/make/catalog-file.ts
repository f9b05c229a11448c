import type { CatalogFile } from '../../src/catalog/index.ts';
import { bytesSource, imagePath } from '../../src/model/index.ts';

/** A file as a cataloger sees it, from its path and bytes. */
export function catalogFile(path: string, content: Uint8Array | string): CatalogFile {
  const bytes = Buffer.from(content);
  return {
    path: imagePath(path),
    sizeBytes: bytes.length,
    mode: 0o644,
    uid: 0,
    gid: 0,
    head: bytes.subarray(0, 4096),
    content: bytesSource(bytes),
  };
}
