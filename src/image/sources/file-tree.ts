import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { CodedError } from '../../model/index.ts';

/** Bytes of a file on disk. */
export interface FileRange {
  readonly path: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** Named files in a folder or inside an archive. Names are relative, `/`-separated, and never lead outside. */
export interface FileTree {
  /** `archive app.tar`, `layout ./app`: for messages. */
  readonly label: string;
  find(name: string): FileRange | undefined;
}

/**
 * Opens a regular file for reading; never waits on a pipe or device.
 * @returns undefined where there is no such file. @throws CodedError `file-unreadable`.
 */
export function openRegularFile(path: string): { readonly fd: number; readonly sizeBytes: number } | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CodedError(
      'file-unreadable',
      `${path} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  const stat = fstatSync(fd);
  if (stat.isFile()) return { fd, sizeBytes: stat.size };
  closeSync(fd);
  throw new CodedError('file-unreadable', `${path} is no regular file`);
}

/** Reads a range whole. @throws CodedError `too-large`, or `file-unreadable` where the file is shorter than it was. */
export function readRange(range: FileRange, limitBytes: number, what: string): Buffer {
  if (range.sizeBytes > limitBytes)
    throw new CodedError('too-large', `${what} has ${range.sizeBytes} bytes, more than the limit of ${limitBytes}`);
  const file = openRegularFile(range.path);
  if (file === undefined) throw new CodedError('file-unreadable', `${range.path} is gone`);
  try {
    const bytes = readAt(file.fd, range.offsetBytes, range.sizeBytes);
    if (bytes.length < range.sizeBytes)
      throw new CodedError('file-unreadable', `${what} ends after ${bytes.length} of ${range.sizeBytes} bytes`);
    return bytes;
  } finally {
    closeSync(file.fd);
  }
}

/** Reads up to `length` bytes at an offset; fewer at the end of the file. */
export function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const got = readSync(fd, bytes, filled, length - filled, offset + filled);
    if (got === 0) break;
    filled += got;
  }
  return bytes.subarray(0, filled);
}
