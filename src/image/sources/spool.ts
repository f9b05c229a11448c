import { closeSync, mkdirSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs';
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
          `${options.what} unpacks to more than the limit of ${options.limitBytes} bytes`,
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
  const named = join(directory, `spool-${process.pid}-${crypto.randomUUID()}`);
  const fd = openSync(named, 'wx+', 0o600);
  if (process.platform !== 'linux') return { fd, path: named, remove: () => rmSync(named, { force: true }) };
  unlinkSync(named);
  return { fd, path: `/proc/${process.pid}/fd/${fd}`, remove: () => {} };
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
