import { hash } from 'node:crypto';
import path from 'node:path';
import zlib from 'node:zlib';
import { catalogers } from '../../catalog/index.ts';
import type { Digest } from '../../model/index.ts';
import { FileCache } from '../../store/index.ts';
import type { LayerScan } from './layer-scan.ts';

/** Raise it when the shape of what is kept, or what reading a layer gives, changes. */
const shapeVersion = 3;
const maxBytes = 2 * 2 ** 30;

/** Changes whenever the same bytes could give other contents: part of every cache key. */
export const contentsVersion = hash(
  'sha256',
  JSON.stringify([shapeVersion, catalogers.map(({ name, version }) => [name, version])]),
  'hex',
).slice(0, 12);

/** Layers that were read and verified once need never be read again: their diff ID is their key. */
export class LayerCache {
  readonly #files: FileCache;

  constructor(cacheDirectory: string) {
    this.#files = new FileCache(path.join(cacheDirectory, 'layers'), maxBytes);
  }

  get(diffId: Digest): LayerScan | undefined {
    const packed = this.#files.get(keyOf(diffId));
    if (packed === undefined) return undefined;
    const bytes = zlib.zstdDecompressSync(packed);
    const headBytes = bytes.readUInt32LE(0);
    const head = JSON.parse(bytes.toString('utf8', 4, 4 + headBytes)) as Omit<LayerScan, 'index'>;
    return { ...head, index: bytes.subarray(4 + headBytes) };
  }

  put(scan: LayerScan): void {
    const { index, ...rest } = scan;
    const head = Buffer.from(JSON.stringify(rest));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(head.length);
    this.#files.put(keyOf(scan.diffId), [
      zlib.zstdCompressSync(Buffer.concat([size, head, index]), {
        params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 },
      }),
    ]);
  }

  prune(now: Date): void {
    this.#files.prune(now);
  }
}

function keyOf(diffId: Digest): string {
  return `${contentsVersion}-${diffId.replace(':', '-')}`;
}
