import { isUtf8 } from 'node:buffer';
import fs from 'node:fs';
import type { Readable } from 'node:stream';
import { CodedError } from '../../model/index.ts';

/** A Dockerfile's text, and how to make its bytes of it again. */
export interface DockerfileText {
  readonly text: string;
  /** `latin1` where the bytes are no UTF-8, so that none is lost. */
  readonly encoding: 'utf8' | 'latin1';
}

/** A byte more than the reader takes, so that it says that the file is too large. */
const mostBytes = 1024 * 1024 + 1;
/** What is read at once; nearly every Dockerfile is shorter. */
const chunk = Buffer.allocUnsafeSlow(65_536);

/** Reads a Dockerfile, at most 1 MiB and a byte of it. */
export function readDockerfile(file: string): DockerfileText {
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(file, 'r');
    const chunks: Buffer[] = [];
    let size = 0;
    // In pieces: a pipe gives what it has.
    for (;;) {
      const wanted = Math.min(chunk.length, mostBytes - size);
      const read = wanted === 0 ? 0 : fs.readSync(descriptor, chunk, 0, wanted, null);
      if (read === 0) break;
      chunks.push(Buffer.from(chunk.subarray(0, read)));
      size += read;
    }
    return textOf(Buffer.concat(chunks));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new CodedError('dockerfile-unreadable', `${file} could not be read: ${why}`, { cause: error });
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** Reads a Dockerfile from a stream, at most 1 MiB and a byte of it. */
export async function readDockerfileFrom(stream: Readable): Promise<DockerfileText> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    chunks.push(bytes);
    size += bytes.length;
    if (size >= mostBytes) break;
  }
  return textOf(Buffer.concat(chunks).subarray(0, mostBytes));
}

function textOf(bytes: Buffer): DockerfileText {
  const encoding = isUtf8(bytes) || bytes.length === mostBytes ? 'utf8' : 'latin1';
  return { text: bytes.toString(encoding), encoding };
}
