import path from 'node:path';
import zlib from 'node:zlib';
import type { Digest } from '../../model/index.ts';
import { FileCache } from '../../store/index.ts';
import type { LayerScan } from './layer-scan.ts';

const maxBytes = 2 * 2 ** 30;
const sliceBytes = 2 << 20;

/** Layers that were read and verified once need never be read again: their diff ID is their key. */
export class LayerCache {
  readonly #files: FileCache;
  readonly #version: string;

  /** `version`: what the results depend on beside the bytes, see contents-version.ts. */
  constructor(cacheDirectory: string, version: string) {
    this.#version = version;
    this.#files = new FileCache(path.join(cacheDirectory, 'layers'), maxBytes);
  }

  get(diffId: Digest): LayerScan | undefined {
    const packed = this.#files.get(this.#keyOf(diffId));
    if (packed === undefined) return undefined;
    const plain = [
      Buffer.allocUnsafeSlow(packed.readUInt32LE(0)),
      Buffer.allocUnsafeSlow(packed.readUInt32LE(4)),
    ] as const;
    let at = 8;
    for (const part of plain)
      for (let filled = 0; filled < part.length;) {
        const frameEnd = at + 4 + packed.readUInt32LE(at);
        filled += zlib.zstdDecompressSync(packed.subarray(at + 4, frameEnd)).copy(part, filled);
        at = frameEnd;
      }
    const [head, index] = plain;
    return { ...(JSON.parse(head.toString()) as Omit<LayerScan, 'index'>), index };
  }

  put(scan: LayerScan): void {
    const { index, ...rest } = scan;
    const head = Buffer.from(JSON.stringify(rest));
    const sizes = Buffer.alloc(8);
    sizes.writeUInt32LE(head.length, 0);
    sizes.writeUInt32LE(index.length, 4);
    const parts: Uint8Array[] = [sizes];
    // In slices, so that the whole of a large index is never there a second time.
    for (const part of [head, index])
      for (let at = 0; at < part.length; at += sliceBytes) {
        const frame = zlib.zstdCompressSync(part.subarray(at, at + sliceBytes), {
          params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 },
        });
        const size = Buffer.alloc(4);
        size.writeUInt32LE(frame.length);
        parts.push(size, frame);
      }
    this.#files.put(this.#keyOf(scan.diffId), parts);
  }

  #keyOf(diffId: Digest): string {
    return `${this.#version}-${diffId.replace(':', '-')}`;
  }

  prune(now: Date): void {
    this.#files.prune(now);
  }
}
