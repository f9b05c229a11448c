import { blobsOf, type BuiltBlob, type BuiltImage, type BuiltIndex } from './image-builder.ts';
import type { TestRegistry } from './registry.ts';

/** Pushes an image or index to a registry under a repository and tag (distribution-spec § Push). Gives its reference. */
export async function pushImage(registry: TestRegistry, name: string, built: BuiltImage | BuiltIndex): Promise<string> {
  const [repository, tag = 'latest'] = name.split(':') as [string, string?];
  const base = `http://${registry.address}/v2/${repository}`;
  const { credentials } = registry;
  const authorization =
    credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  const send = async (url: string, method: string, blob?: BuiltBlob): Promise<Response> => {
    const headers = {
      ...(authorization === undefined ? {} : { authorization }),
      ...(blob === undefined ? {} : { 'content-type': blob.mediaType }),
    };
    const answer = await fetch(url, { method, headers, body: blob && new Uint8Array(blob.bytes) });
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const manifests = new Set(built.kind === 'image' ? [] : built.images.map((image) => image.manifest.digest));
  for (const blob of blobsOf(built)) {
    if (blob.digest === built.manifest.digest) continue;
    if (manifests.has(blob.digest)) {
      await send(`${base}/manifests/${blob.digest}`, 'PUT', blob);
      continue;
    }
    const begun = await send(`${base}/blobs/uploads/`, 'POST');
    const place = new URL(begun.headers.get('location') ?? '', base);
    place.searchParams.set('digest', blob.digest);
    await send(place.href, 'PUT', { ...blob, mediaType: 'application/octet-stream' });
  }
  await send(`${base}/manifests/${tag}`, 'PUT', built.manifest);
  return `${registry.address}/${repository}:${tag}`;
}
