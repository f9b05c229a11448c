import path from 'node:path';
import { FileCache } from '../../store/index.ts';
import { fileStamp, recordKey } from './record-cache.ts';

/** What was found out about an archive. */
export interface KnownArchive {
  /** The key of its contents, and the one under which its record is kept. */
  readonly key: string;
  readonly recordKey: string;
  readonly references: readonly string[];
}

const maxBytes = 2 ** 24;

/**
 * Which record answers for an archive that was opened before and is untouched since (device, inode, size, times of change):
 * then nothing of it is read again.
 */
export class KnownArchives {
  readonly #files: FileCache;
  readonly #name: string | undefined;

  /** Takes the file's stamp, so make it before the archive is opened. `asked`: all else that the answer depends on. */
  constructor(cacheDirectory: string, file: string, asked: readonly unknown[]) {
    this.#files = new FileCache(path.join(cacheDirectory, 'archives'), maxBytes);
    const stamp = fileStamp(file);
    this.#name = stamp === undefined ? undefined : recordKey(stamp, ...asked);
  }

  find(): KnownArchive | undefined {
    const bytes = this.#name === undefined ? undefined : this.#files.get(this.#name);
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as KnownArchive);
  }

  keep(known: KnownArchive, now: Date): void {
    if (this.#name === undefined) return;
    this.#files.put(this.#name, [Buffer.from(JSON.stringify(known))]);
    this.#files.prune(now);
  }
}
