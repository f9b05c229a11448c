import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../../model/index.ts';

/** A file as random-access bytes. Each read gives memory of its own. */
export function openFileSource(path: string): ByteSource & { close(): void } {
  const file = openSync(path, 'r');
  const sizeBytes = fstatSync(file).size;
  return {
    sizeBytes,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, sizeBytes - offset));
      const bytes = Buffer.allocUnsafe(wanted);
      let done = 0;
      while (done < wanted) {
        const got = readSync(file, bytes, done, wanted - done, offset + done);
        if (got === 0) break;
        done += got;
      }
      return bytes.subarray(0, done);
    },
    close: () => closeSync(file),
  };
}
