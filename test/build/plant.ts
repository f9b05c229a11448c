import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256 } from '../make/image-builder.ts';
import { imageIn } from './build-place.ts';

/** Changes bytes in the last layer of a layout's image that has them, and makes all digests right again. */
export function plantInLayout(layout: string, find: string, replacement: string): void {
  if (find.length !== replacement.length) throw new Error('what is planted must be as long as what was there');
  const { manifest, config } = imageIn(layout);
  const file = (digest: string): string => join(layout, 'blobs', digest.replace(':', '/'));
  const put = (bytes: Buffer): { digest: string; size: number } => {
    const digest = sha256(bytes);
    writeFileSync(file(digest), bytes);
    return { digest, size: bytes.length };
  };
  for (const [index, layer] of [...manifest.layers.entries()].reverse()) {
    const tar = gunzipSync(readFileSync(file(layer.digest)));
    const at = tar.indexOf(find);
    if (at < 0) continue;
    tar.write(replacement, at, 'latin1');
    manifest.layers[index] = { ...layer, ...put(gzipSync(tar)) };
    config.rootfs.diff_ids[index] = sha256(tar);
    manifest.config = { ...manifest.config, ...put(Buffer.from(JSON.stringify(config))) };
    const written = put(Buffer.from(JSON.stringify(manifest)));
    const indexFile = join(layout, 'index.json');
    const document = JSON.parse(readFileSync(indexFile, 'utf8')) as { manifests: object[] };
    document.manifests = [{ ...document.manifests[0], ...written }];
    writeFileSync(indexFile, JSON.stringify(document));
    return;
  }
  throw new Error(`no layer has ${find}`);
}
