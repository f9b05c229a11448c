import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerBlob, OpenedImage, OpenImageOptions } from '../../src/image/index.ts';

/** A folder of the test's own, and options that look nowhere else: no engine, no credentials of this machine. */
export function scratch(): { readonly folder: string; readonly options: OpenImageOptions; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  const options: OpenImageOptions = {
    signal: new AbortController().signal,
    cacheDirectory: join(folder, 'cache'),
    env: { HOME: folder, PATH: process.env['PATH'], DOCKER_HOST: `unix://${join(folder, 'no.sock')}` },
    network: { retryBaseMs: 1, stallTimeoutMs: 2000 },
  };
  return { folder, options, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Reads a layer's stored bytes and gives their digest and length. */
export async function readLayer(layer: LayerBlob): Promise<{ digest: string; sizeBytes: number }> {
  const location = await layer.locate();
  const chunks: AsyncIterable<Uint8Array> =
    location.kind === 'stream'
      ? location.open(new AbortController().signal)
      : createReadStream(location.path, {
          start: location.offsetBytes,
          end: location.offsetBytes + location.sizeBytes - 1,
        });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, sizeBytes };
}

/** All stored layers' digests. */
export async function layerDigests(image: OpenedImage): Promise<readonly string[]> {
  const digests: string[] = [];
  for (const layer of image.layers) digests.push((await readLayer(layer)).digest);
  return digests;
}

/** What opening fails with, in the words that a user sees. */
export async function failureOf(opening: Promise<OpenedImage>): Promise<{ code: string; message: string }> {
  try {
    const image = await opening;
    await image.close();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    return { code: String(code), message: String(message) };
  }
  return { code: 'none', message: 'it opened' };
}
