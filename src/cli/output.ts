import fs from 'node:fs';

/** Where text goes, or bytes that are no UTF-8. `done` is called once it is written, or could not be. */
export interface Output {
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
}

/** One of the process's two outputs, and its terminal if it is one. */
export interface OpenedOutput {
  readonly output: Output;
  readonly terminal?: { readonly columns: number };
}

/**
 * Standard output (1) or error (2). Files, pipes and /dev/null are written to at once: Node's streams for them are as
 * synchronous on Linux, but loading them takes a tenth of a warm scan. Terminals, sockets and the like get Node's streams.
 */
export function openOutput(fd: 1 | 2, onError: (error: NodeJS.ErrnoException) => void): OpenedOutput {
  if (isPlain(fd)) return { output: { write: (text, done) => writeNow(fd, text, { onError, done }) } };
  const stream = streamOf(fd).on('error', onError);
  return stream.isTTY === true ? { output: stream, terminal: stream } : { output: stream };
}

interface WriteOptions {
  readonly onError: (error: NodeJS.ErrnoException) => void;
  readonly done: ((error?: Error | null) => void) | undefined;
}

function writeNow(fd: 1 | 2, text: string | Uint8Array, { onError, done }: WriteOptions): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length;) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (error) {
      // Somebody else made the pipe one that does not wait: Node's stream knows how to.
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') {
        streamOf(fd).on('error', onError).write(bytes.subarray(at), done);
        return;
      }
      onError(error as NodeJS.ErrnoException);
      done?.(error as Error);
      return;
    }
  }
  done?.();
}

function streamOf(fd: 1 | 2): NodeJS.WriteStream {
  return fd === 1 ? process.stdout : process.stderr;
}

/** Linux's number for the memory devices, of which /dev/null is one (admin-guide/devices.txt). */
const memoryDevices = 1;

function isPlain(fd: number): boolean {
  try {
    const stat = fs.fstatSync(fd);
    return stat.isFile() || stat.isFIFO() || (stat.isCharacterDevice() && stat.rdev >> 8 === memoryDevices);
  } catch {
    return false;
  }
}
