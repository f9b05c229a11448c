import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../model/index.ts';
import { algorithmOf, digestOf } from '../oci/index.ts';

/** Manifests and configurations by digest: what was read once need not be fetched again. */
export interface DocumentCache {
  /** The bytes, checked against the digest; undefined where they are not kept. */
  get(digest: Digest): Uint8Array | undefined;
  /** Keeps bytes that have the digest. A cache that cannot be written is no error. */
  put(digest: Digest, bytes: Uint8Array): void;
}

/** Keeps nothing: every question goes to the registry. */
export const noDocuments: DocumentCache = { get: () => undefined, put: () => undefined };

const documentLimit = 2000;

/** Documents in a folder of the cache directory; the oldest half goes when there are too many. */
export function documentCache(cacheDirectory: string): DocumentCache {
  const folder = join(cacheDirectory, 'documents');
  const fileOf = (digest: Digest): string => join(folder, digest.replace(':', '-'));
  return {
    get(digest) {
      try {
        const bytes = readFileSync(fileOf(digest));
        return digestOf(bytes, algorithmOf(digest)) === digest ? bytes : undefined;
      } catch {
        return undefined;
      }
    },
    put(digest, bytes) {
      try {
        mkdirSync(folder, { recursive: true });
        const draft = join(folder, `draft-${process.pid}-${crypto.randomUUID()}`);
        writeFileSync(draft, bytes);
        renameSync(draft, fileOf(digest));
        prune(folder);
      } catch {
        // Only speed is lost.
      }
    },
  };
}

function prune(folder: string): void {
  const names = readdirSync(folder);
  if (names.length <= documentLimit) return;
  const byAge = names
    .map((name) => ({
      path: join(folder, name),
      time: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    }))
    .sort((a, b) => a.time - b.time);
  for (const { path } of byAge.slice(0, documentLimit / 2)) rmSync(path, { force: true });
}
