import { hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { OpenedImage } from '../../image/index.ts';
import type { ImageRecord } from '../../model/index.ts';
import { FileCache } from '../../store/index.ts';
import { engine } from '../engine.ts';

const maxBytes = 2 ** 30;

/** Records that were made before: by image and base for contents, by database too once findings are in. */
export class RecordCache {
  readonly #files: FileCache;

  constructor(cacheDirectory: string) {
    this.#files = new FileCache(path.join(cacheDirectory, 'records'), maxBytes);
  }

  has(key: string): boolean {
    return this.#files.has(key);
  }

  get(key: string): ImageRecord | undefined {
    const bytes = this.#files.get(key);
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as ImageRecord);
  }

  /** The text under a key, which goes with a record; made where there is none. */
  text(key: string, make: () => string, now: Date): Uint8Array {
    const kept = this.#files.get(`${key}.text`);
    if (kept !== undefined) return kept;
    const made = Buffer.from(make());
    this.#files.put(`${key}.text`, [made]);
    this.#files.prune(now);
    return made;
  }

  put(key: string, record: ImageRecord, now: Date): void {
    this.#files.put(key, [Buffer.from(JSON.stringify(record))]);
    this.#files.prune(now);
  }
}

/** A key for everything that a record depends on. */
export function recordKey(...parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify([engine, ...parts]), 'hex');
}

/**
 * What tells whether an image's stored bytes are the ones that were verified before: device, inode, size and times of
 * change of every file that holds a layer. Undefined for images that lie elsewhere: there the digest is asked for by name.
 */
export async function stampOf(image: OpenedImage): Promise<string | undefined> {
  if (image.sourceKind !== 'archive' && image.sourceKind !== 'layout') return undefined;
  const files = new Map<string, string>();
  const places: unknown[] = [];
  for (const blob of image.layers) {
    if (blob.compression === 'foreign') continue;
    const location = await blob.locate();
    if (location.kind !== 'file') return undefined;
    if (!files.has(location.path)) files.set(location.path, fileStamp(location.path) ?? '');
    places.push([files.get(location.path), location.offsetBytes, location.sizeBytes, blob.diffId]);
  }
  return hash('sha256', JSON.stringify(places), 'hex');
}

/** Device, inode, size and times of change of a file, as letters that a file name may have; undefined where there is none. */
export function fileStamp(file: string): string | undefined {
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join('-');
}
