import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NetworkSettings, openImage } from '../../src/image/index.ts';
import { blobsOf, buildImage, type BuiltImage } from '../make/image-builder.ts';
import { freePort } from '../make/registry.ts';
import { failureOf, layerDigests, readLayer, scratch } from './open-options.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => boolean | void;

const servers: Server[] = [];
const { folder, options, remove } = scratch();
let caches = 0;
/** Each case with a cache of its own: a document that is kept would not be asked for. */
const fresh = (): typeof options => ({ ...options, cacheDirectory: join(folder, `cache-${caches++}`) });
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(remove);

/** A registry on loopback that serves an image honestly, but for what the handler takes over by returning true. */
async function serve(
  built: BuiltImage,
  handler: Handler = () => false,
  port = 0,
): Promise<{ address: string; requests: string[] }> {
  const requests: string[] = [];
  const blobs = new Map(blobsOf(built).map((blob) => [blob.digest, blob]));
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (handler(request, response) === true) return;
    const name = decodeURIComponent((request.url ?? '').split('/').at(-1)!);
    const blob = name === 'latest' ? built.manifest : blobs.get(name);
    if (blob === undefined) return void response.writeHead(404).end();
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = range === null ? 0 : Number(range[1]);
    const headers = { 'content-type': blob.mediaType, 'content-length': blob.bytes.length - from };
    response.writeHead(
      range === null ? 200 : 206,
      range === null
        ? headers
        : { ...headers, 'content-range': `bytes ${from}-${blob.bytes.length - 1}/${blob.bytes.length}` },
    );
    response.end(blob.bytes.subarray(from));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Answers without a body, and says that it did. */
function reply(response: ServerResponse, status: number, headers: Record<string, string>): true {
  response.writeHead(status, headers).end();
  return true;
}

const noise = Buffer.alloc(600_000);
for (let i = 0, x = 1; i < noise.length; i++) noise[i] = (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 16;
const image = buildImage({ layers: [{ files: { '/noise': noise }, compression: 'none' }] });
const layer = image.layers[0]!;
const layerPath = `/v2/app/blobs/${layer.digest}`;

describe('a registry', () => {
  test.each([
    ['goes on where it broke off', true],
    ['begins again, ignoring Range', false],
  ])('whose connection breaks in the middle of a layer, and that %s, is read whole', async (_, honoursRange) => {
    let times = 0;
    const { address } = await serve(image, (request, response) => {
      if (request.url !== layerPath) return false;
      times++;
      if (times > 3) {
        if (!honoursRange) delete request.headers.range;
        return false;
      }
      const from = honoursRange ? Number(/\d+/.exec(request.headers.range ?? '0')![0]) : 0;
      response.writeHead(honoursRange && from > 0 ? 206 : 200, {
        'content-length': layer.bytes.length - from,
        ...(from > 0 ? { 'content-range': `bytes ${from}-${layer.bytes.length - 1}/${layer.bytes.length}` } : {}),
      });
      response.write(layer.bytes.subarray(from, from + 100_000 * times), () =>
        setTimeout(() => response.destroy(), 20),
      );
      return true;
    });
    const opened = await openImage(`${address}/app`, fresh());
    expect(await layerDigests(opened)).toEqual([layer.digest]);
    expect(times).toBe(4);
    await opened.close();
  });

  test('that stalls in a layer is given up after some tries, by name', async () => {
    const { address, requests } = await serve(image, (request, response) => {
      if (request.url !== layerPath) return false;
      response.writeHead(200, { 'content-length': layer.bytes.length });
      response.flushHeaders();
      return true;
    });
    const opened = await openImage(`${address}/app`, {
      ...fresh(),
      network: { stallTimeoutMs: 60, retryBaseMs: 1, maxTries: 2 },
    });
    await expect(readLayer(opened.layers[0]!)).rejects.toMatchObject({
      code: 'registry-unreachable',
      message: expect.stringContaining(`after 0 of ${layer.bytes.length} bytes of ${layer.digest}`) as string,
    });
    expect(requests.filter((url) => url === layerPath)).toHaveLength(2);
    await opened.close();
  });

  test('that never answers is given up', async () => {
    const { address } = await serve(image, () => true);
    expect(
      await failureOf(
        openImage(`${address}/app`, { ...fresh(), network: { stallTimeoutMs: 60, retryBaseMs: 1, maxTries: 2 } }),
      ),
    ).toEqual({
      code: 'registry-unreachable',
      message: expect.stringContaining(`${address}/app could not be read in 2 tries`) as string,
    });
  });

  test('that sends other bytes for a layer is caught at the end, both digests named', async () => {
    const { address } = await serve(image, (request, response) => {
      if (request.url !== layerPath) return false;
      const changed = Buffer.from(layer.bytes);
      changed[1000]! ^= 1;
      response.end(changed);
      return true;
    });
    const opened = await openImage(`${address}/app`, fresh());
    await expect(readLayer(opened.layers[0]!)).rejects.toMatchObject({
      code: 'digest-mismatch',
      message: expect.stringMatching(new RegExp(`${layer.digest} but has sha256:[0-9a-f]{64}`)) as string,
    });
    await opened.close();
  });

  test.each([
    ['more', Buffer.concat([layer.bytes, Buffer.alloc(10)]), true],
    ['more, without saying how much', Buffer.concat([layer.bytes, Buffer.alloc(10)]), false],
    ['less', layer.bytes.subarray(0, 1000), true],
  ])('that sends %s than the manifest says is caught', async (_, bytes, says) => {
    const { address } = await serve(image, (request, response) => {
      if (request.url !== layerPath) return false;
      response.writeHead(200, says ? { 'content-length': bytes.length } : {});
      response.end(bytes);
      return true;
    });
    const opened = await openImage(`${address}/app`, fresh());
    await expect(readLayer(opened.layers[0]!)).rejects.toMatchObject({ code: 'size-mismatch' });
    await opened.close();
  });

  test('that answers 429 and 503 is asked again, not sooner than it says', async () => {
    let times = 0;
    const { address } = await serve(image, (_, response) => {
      times++;
      if (times > 2) return false;
      response.writeHead(times === 1 ? 429 : 503, times === 1 ? { 'retry-after': '0' } : {}).end();
      return true;
    });
    const opened = await openImage(`${address}/app`, fresh());
    expect(opened.configDigest).toBe(image.config.digest);
    await opened.close();
    const slow = await serve(image, (_, response) => reply(response, 429, { 'retry-after': '86400' }));
    expect(await failureOf(openImage(`${slow.address}/app`, fresh()))).toMatchObject({
      code: 'registry-unreachable',
      message: expect.stringContaining('wants us to wait longer') as string,
    });
    expect(slow.requests).toHaveLength(1);
  });

  test('says that it is waited for, what for and how long', async () => {
    const said: string[] = [];
    const { address, requests } = await serve(image, (_, response) =>
      requests.length < 3 ? reply(response, 503, requests.length === 1 ? { 'retry-after': '1' } : {}) : false,
    );
    const opened = await openImage(`${address}/app`, {
      ...fresh(),
      onProgress: ({ what, doneBytes }) => void said.push(`${doneBytes} ${what}`),
    });
    await opened.close();
    expect(said).toEqual([
      `0 waiting 1 s before try 2 of 5: ${address}/app: it answers 503`,
      `0 waiting 1 s before try 3 of 5: ${address}/app: it answers 503`,
    ]);
  });

  test('that always answers 500 is asked as often as it may be, or as long', async () => {
    const { address, requests } = await serve(image, (_, response) => reply(response, 500, {}));
    const asked = async (network: NetworkSettings): Promise<[string, number]> => {
      requests.length = 0;
      const { message } = await failureOf(openImage(`${address}/app`, { ...fresh(), network }));
      return [message, requests.length];
    };
    const failed = (tries: string): string => `${address}/app could not be read in ${tries}: it answers 500`;
    expect(await asked({ retryBaseMs: 1 })).toEqual([failed('5 tries'), 5]);
    expect(await asked({ retryBaseMs: 1000, maxTotalMs: 900 })).toEqual([failed('1 try'), 1]);
  });

  test('that refuses connections is asked once', async () => {
    const port = await freePort();
    const said: string[] = [];
    expect(
      await failureOf(
        openImage(`registry:127.0.0.1:${port}/app`, { ...fresh(), onProgress: ({ what }) => void said.push(what) }),
      ),
    ).toEqual({
      code: 'registry-unreachable',
      message: `127.0.0.1:${port}/app could not be read: 127.0.0.1:${port} refuses connections (ECONNREFUSED)`,
    });
    expect(said).toEqual([]);
  });

  test('whose name nobody knows is asked once', async () => {
    const said: string[] = [];
    const given = { ...fresh(), onProgress: ({ what }: { what: string }): void => void said.push(what) };
    expect(await failureOf(openImage('registry:registry.invalid/app', given))).toEqual({
      code: 'registry-unreachable',
      message: 'registry.invalid/app could not be read: the name of registry.invalid is not known (ENOTFOUND)',
    });
    expect(said).toEqual([]);
  });

  test('that goes away in the middle of a layer and comes back is waited for', async () => {
    let port = 0;
    const first = await serve(image, (request, response) => {
      if (request.url !== layerPath) return false;
      response.writeHead(200, { 'content-length': layer.bytes.length });
      response.write(layer.bytes.subarray(0, 1000), () => {
        const server = servers.pop()!;
        server.close();
        server.closeAllConnections();
      });
      return true;
    });
    port = Number(first.address.split(':')[1]);
    const refused: string[] = [];
    const opened = await openImage(`${first.address}/app`, {
      ...fresh(),
      network: { retryBaseMs: 20 },
      onProgress: ({ what, doneBytes }) => {
        if (doneBytes > 0) return;
        refused.push(what);
        // It is up again once it was found to be down.
        if (refused.length === 2) void serve(image, () => false, port);
      },
    });
    expect(await layerDigests(opened)).toEqual([layer.digest]);
    expect(refused[1]).toContain('ECONNREFUSED');
    await opened.close();
  });

  test('may redirect blobs elsewhere, where its password does not go', async () => {
    const seen: (string | undefined)[] = [];
    const store = await serve(image, (request) => void seen.push(request.headers.authorization));
    const { address } = await serve(image, (request, response) => {
      if (request.headers.authorization === undefined)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      else if (request.url?.includes('/blobs/'))
        response.writeHead(307, { location: `http://${store.address}${request.url}` }).end();
      else return false;
      return true;
    });
    writeFileSync(
      join(folder, 'auth.json'),
      JSON.stringify({ auths: { [address]: { username: 'u', password: 'p' } } }),
    );
    const opened = await openImage(`${address}/app`, { ...fresh(), dockerConfig: join(folder, 'auth.json') });
    expect(await layerDigests(opened)).toEqual([layer.digest]);
    expect(seen).toEqual([undefined, undefined]);
    await opened.close();
  });

  test('to which a redirect leads that wants a password, gets none', async () => {
    const seen: (string | undefined)[] = [];
    const thief = await serve(image, (request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return true;
    });
    const { address } = await serve(image, (request, response) =>
      reply(response, 302, { location: `http://${thief.address}${request.url}` }),
    );
    writeFileSync(
      join(folder, 'auth.json'),
      JSON.stringify({ auths: { [address]: { username: 'u', password: 'p' } } }),
    );
    expect(
      await failureOf(openImage(`${address}/app`, { ...fresh(), dockerConfig: join(folder, 'auth.json') })),
    ).toMatchObject({ code: 'registry-denied' });
    expect(seen).toEqual([undefined]);
  });

  test.each([
    ['in a circle', (url: string) => url, 'goes in a circle'],
    [
      'without end',
      (url: string) => `${url.split('?')[0]}?n=${Number(/n=(\d+)/.exec(url)?.[1] ?? 0) + 1}`,
      'takes more than 10 hops',
    ],
    ['to a file', () => 'file:///etc/passwd', 'leads to file:///etc/passwd'],
    ['nowhere', () => '', 'leads nowhere'],
    ['to what is no address', () => 'http://[', 'leads to "http://["'],
  ])('that redirects %s is refused', async (_, next, message) => {
    const { address } = await serve(image, (request, response) =>
      reply(response, 302, { location: next(request.url ?? '') }),
    );
    expect(await failureOf(openImage(`${address}/app`, fresh()))).toMatchObject({
      code: 'bad-redirect',
      message: expect.stringContaining(message) as string,
    });
  });

  test('that is asked over plain http elsewhere is not asked', async () => {
    const { address } = await serve(image, (_, response) =>
      reply(response, 302, { location: 'http://registry.invalid/v2/app/manifests/latest' }),
    );
    expect(await failureOf(openImage(`${address}/app`, fresh()))).toMatchObject({ code: 'plain-http-refused' });
  });

  test.each([
    [
      'a manifest that is not the one it names',
      { 'docker-content-digest': `sha256:${'0'.repeat(64)}` },
      image.manifest.bytes,
      'digest-mismatch',
    ],
    ['a manifest of 5 MiB', {}, Buffer.alloc(5 << 20, 32), 'too-large'],
    ['a manifest that says it has a terabyte', { 'content-length': String(1e12) }, Buffer.alloc(10), 'too-large'],
    ['null', {}, Buffer.from('null'), 'bad-manifest'],
    ['nothing', {}, Buffer.alloc(0), 'bad-manifest'],
    ['brackets without end', {}, Buffer.alloc(100_000, '['), 'bad-manifest'],
    [
      'schema 1',
      { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' },
      Buffer.from('{"schemaVersion":1,"fsLayers":[]}'),
      'unsupported-manifest',
    ],
    [
      'an image and an index at once',
      {},
      Buffer.from(JSON.stringify({ ...(JSON.parse(image.manifest.bytes.toString()) as object), manifests: [] })),
      'bad-manifest',
    ],
    [
      'an artifact',
      {},
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          artifactType: 'application/vnd.example.sbom',
          config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: image.config.digest, size: 2 },
          layers: [],
        }),
      ),
      'not-an-image',
    ],
    [
      'a layer of negative size',
      {},
      Buffer.from(image.manifest.bytes.toString().replace(`"size":${layer.bytes.length}`, '"size":-1')),
      'bad-manifest',
    ],
    [
      'a digest with a path in it',
      {},
      Buffer.from(image.manifest.bytes.toString().replace(layer.digest, 'sha256:../../../../etc/passwd')),
      'bad-manifest',
    ],
    [
      'a configuration of a gigabyte',
      {},
      Buffer.from(image.manifest.bytes.toString().replace(`"size":${image.config.bytes.length}`, '"size":1073741824')),
      'too-large',
    ],
    [
      'an index that lists itself without end',
      {},
      Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [] })),
      'not-an-image',
    ],
  ])('that sends %s as manifest is refused', async (_, headers, bytes, code) => {
    const { address } = await serve(image, (request, response) => {
      if (!request.url?.endsWith('/manifests/latest')) return false;
      response.writeHead(200, headers).end(bytes);
      return true;
    });
    expect((await failureOf(openImage(`${address}/app`, fresh()))).code).toBe(code);
  });

  test('that sends another configuration is refused, both digests named', async () => {
    const { address } = await serve(image, (request, response) => {
      if (!request.url?.endsWith(image.config.digest)) return false;
      response.end(image.config.bytes.toString().replace('linux', 'linus'));
      return true;
    });
    expect(await failureOf(openImage(`${address}/app`, fresh()))).toMatchObject({
      code: 'digest-mismatch',
      message: expect.stringMatching(new RegExp(`${image.config.digest}.*but has sha256:`)) as string,
    });
  });

  test('asked by digest must give that manifest', async () => {
    const { address } = await serve(image, (request, response) => {
      if (!request.url?.includes('/manifests/')) return false;
      response.end(Buffer.concat([image.manifest.bytes, Buffer.from(' ')]));
      return true;
    });
    expect(await failureOf(openImage(`${address}/app@${image.manifest.digest}`, fresh()))).toMatchObject({
      code: 'digest-mismatch',
    });
  });

  test('with a token service gets a token for pulling, and a new one when it is refused', async () => {
    let valid = 'token-1';
    const asked: string[] = [];
    const { address } = await serve(image, (request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      if (url.pathname === '/token') {
        asked.push(`${url.search} ${request.headers.authorization ?? 'anonymous'}`);
        response.end(JSON.stringify({ token: valid, expires_in: 300 }));
        return true;
      }
      if (request.headers.authorization === `Bearer ${valid}`) return false;
      response
        .writeHead(401, {
          'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="harbour",scope="repository:app:pull"`,
        })
        .end();
      return true;
    });
    const opened = await openImage(`${address}/app`, fresh());
    valid = 'token-2';
    expect(await layerDigests(opened)).toEqual([layer.digest]);
    expect(asked).toEqual(Array(2).fill('?service=harbour&scope=repository%3Aapp%3Apull anonymous'));
    await opened.close();
  });

  test('whose token service takes identity tokens is given ours once, by POST', async () => {
    const posted: string[] = [];
    const { address } = await serve(image, (request, response) => {
      if (request.url === '/token') {
        request.on('data', (chunk: Buffer) => posted.push(`${request.method} ${chunk.toString()}`));
        request.on('end', () => response.end(JSON.stringify({ access_token: 'fresh' })));
        return true;
      }
      if (request.headers.authorization === 'Bearer fresh') return false;
      response
        .writeHead(401, { 'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="s"` })
        .end();
      return true;
    });
    writeFileSync(join(folder, 'auth.json'), JSON.stringify({ auths: { [address]: { identitytoken: 'secret id' } } }));
    const opened = await openImage(`${address}/app`, { ...fresh(), dockerConfig: join(folder, 'auth.json') });
    expect(posted).toEqual([
      'POST grant_type=refresh_token&client_id=plimsoll&service=s&scope=repository%3Aapp%3Apull&refresh_token=secret+id',
    ]);
    await opened.close();
  });

  test('is left at once when the work is called off', async () => {
    const { address } = await serve(image, () => true);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('called off')), 30);
    await expect(openImage(`${address}/app`, { ...fresh(), signal: controller.signal })).rejects.toThrow('called off');
  });
});
