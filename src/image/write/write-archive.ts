import { closeSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { tarEnd, tarMember } from '../../formats/tar/index.ts';

const blockBytes = 512;
const copyBytes = 1 << 20;

/** Writes an OCI layout folder as one archive, as `docker load` and `skopeo` take it; the same folder gives the same bytes. */
export function writeArchive(layout: string, to: string): void {
  const archive = openSync(to, 'wx');
  try {
    const write = (bytes: Buffer): void => {
      for (let at = 0; at < bytes.length;) at += writeSync(archive, bytes, at);
    };
    const common = { uid: 0, gid: 0, modified: 0 };
    for (const name of ['blobs/', 'blobs/sha256/'])
      write(tarMember({ ...common, name, type: 'directory', mode: 0o755 }));
    const blobs = readdirSync(join(layout, 'blobs/sha256')).sort();
    for (const name of [...blobs.map((blob) => `blobs/sha256/${blob}`), 'index.json', 'oci-layout']) {
      const path = join(layout, name);
      const sizeBytes = statSync(path).size;
      write(tarMember({ ...common, name, type: 'file', mode: 0o644, sizeBytes }));
      for (const chunk of chunksOf(path)) write(chunk);
      write(Buffer.alloc((blockBytes - (sizeBytes % blockBytes)) % blockBytes));
    }
    write(tarEnd);
  } finally {
    closeSync(archive);
  }
}

function* chunksOf(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafeSlow(copyBytes);
  try {
    for (let got = readSync(file, buffer); got > 0; got = readSync(file, buffer)) yield buffer.subarray(0, got);
  } finally {
    closeSync(file);
  }
}
