import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../model/index.ts';
import type { OpenProgress } from './source.ts';

/** A temporary file that goes away with the process, however that ends. */
export interface Spool {
  /** Can be opened by every thread of this process until `close`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Safe to call twice. */
  close(): void;
}

export interface SpoolOptions {
  readonly directory: string;
  readonly limitBytes: number;
  /** What helps where the limit is met. */
  readonly hint?: string;
  /** Stands in messages and progress: `the image app:1 from the engine`. */
  readonly what: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: OpenProgress) => void;
}

/**
 * Writes a stream to a file that has no name any more, so that not even `kill -9` leaves it behind.
 * @throws CodedError `too-large`, `disk-full`; what the stream throws.
 */
export async function spool(chunks: AsyncIterable<Uint8Array>, options: SpoolOptions): Promise<Spool> {
  const { fd, path, remove } = openNameless(options.directory);
  const close = once(() => {
    closeSync(fd);
    remove();
  });
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks) {
      options.signal.throwIfAborted();
      sizeBytes += chunk.length;
      if (sizeBytes > options.limitBytes)
        throw new CodedError(
          'too-large',
          `${options.what} has more than the limit of ${options.limitBytes} bytes`,
          options.hint === undefined ? {} : { hint: options.hint },
        );
      for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at);
      options.onProgress?.({ what: options.what, doneBytes: sizeBytes });
    }
  } catch (error) {
    close();
    throw isDiskFull(error)
      ? new CodedError('disk-full', `${options.directory} has no room for ${options.what}`, {
          hint: 'Free some space or choose another --cache-dir',
          cause: error,
        })
      : error;
  }
  return { path, sizeBytes, close };
}

/** On Linux the file is unlinked at once and reached through /proc; elsewhere it is removed when it is closed. */
function openNameless(directory: string): { fd: number; path: string; remove: () => void } {
  mkdirSync(directory, { recursive: true });
  removeAbandoned(directory);
  const named = join(directory, `spool-${process.pid}-${crypto.randomUUID()}`);
  const fd = openSync(named, 'wx+', 0o600);
  if (process.platform !== 'linux') return { fd, path: named, remove: () => rmSync(named, { force: true }) };
  rmSync(named, { force: true });
  return { fd, path: `/proc/${process.pid}/fd/${fd}`, remove: () => {} };
}

/** Files of processes that were killed before they could remove them. */
function removeAbandoned(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = /^spool-(\d{1,10})-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    try {
      rmSync(join(directory, name), { force: true });
    } catch {
      // Another user's, or in use where that keeps files in place: not ours to mend.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
