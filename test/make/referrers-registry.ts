import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small registry in this process that has the referrers API (distribution-spec 1.1), and tells what it was asked. */
export interface ReferrersRegistry {
  readonly address: string;
  readonly storage: string;
  /** `GET /v2/app/manifests/1 → 200`, in order. */
  readonly requests: readonly string[];
  forget(): void;
  stop(): Promise<void>;
}

interface Held {
  readonly bytes: Buffer;
  readonly type: string;
}

interface Shop {
  readonly blobs: Map<string, Held>;
  /** Uploads that have begun, in pieces. */
  readonly uploads: Map<string, Buffer>;
  readonly manifests: Map<string, Held>;
  readonly tags: Map<string, string>;
}

/** Starts one. @param pageSize referrers on a page; more are linked. */
export async function startReferrersRegistry({
  pageSize = 1000,
}: { readonly pageSize?: number } = {}): Promise<ReferrersRegistry> {
  const shops = new Map<string, Shop>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    response.on('finish', () => requests.push(`${request.method ?? ''} ${request.url ?? ''} → ${response.statusCode}`));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://registry');
    const parts = /^\/v2\/(.+?)\/(manifests|blobs|referrers)\/(.*)$/.exec(url.pathname);
    if (parts === null) return void response.writeHead(url.pathname === '/v2/' ? 200 : 404).end();
    const [, repository, kind, name] = parts as unknown as [string, string, string, string];
    let shop = shops.get(repository);
    if (shop === undefined)
      shops.set(repository, (shop = { blobs: new Map(), uploads: new Map(), manifests: new Map(), tags: new Map() }));
    const body = await bodyOf(request);
    if (kind === 'referrers') return referrers(shop, name, url, response);
    if (kind === 'blobs') return blobs(shop, name, { request, url, body, repository }, response);
    if (request.method === 'PUT') {
      const digest = digestOf(body);
      shop.manifests.set(digest, { bytes: body, type: request.headers['content-type'] ?? '' });
      if (!name.startsWith('sha256:')) shop.tags.set(name, digest);
      const { subject } = JSON.parse(body.toString()) as { subject?: { digest: string } };
      const said = subject === undefined ? {} : { 'oci-subject': subject.digest };
      return void response.writeHead(201, { 'docker-content-digest': digest, ...said }).end();
    }
    send(shop.manifests.get(shop.tags.get(name) ?? name), request, response);
  }

  function referrers(shop: Shop, subject: string, url: URL, response: ServerResponse): void {
    const all = [...shop.manifests].flatMap(([digest, { bytes, type }]) => {
      const manifest = JSON.parse(bytes.toString()) as {
        subject?: { digest: string };
        artifactType?: string;
        annotations?: object;
      };
      const { artifactType, annotations } = manifest;
      return manifest.subject?.digest === subject
        ? [{ mediaType: type, digest, size: bytes.length, artifactType, annotations }]
        : [];
    });
    const from = Number(url.searchParams.get('from') ?? 0);
    const next = from + pageSize;
    const link = next < all.length ? { link: `<${url.pathname}?from=${next}>; rel="next"` } : {};
    response
      .writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json', ...link })
      .end(JSON.stringify({ schemaVersion: 2, manifests: all.slice(from, next) }));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    storage: '',
    requests,
    forget: () => void requests.splice(0),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface BlobRequest {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly body: Buffer;
  readonly repository: string;
}

function blobs(
  shop: Shop,
  name: string,
  { request, url, body, repository }: BlobRequest,
  response: ServerResponse,
): void {
  const location = (id: string) => ({ location: `/v2/${repository}/blobs/${id}` });
  if (request.method === 'POST') {
    const id = `uploads/${randomUUID()}`;
    shop.uploads.set(id, Buffer.alloc(0));
    return void response.writeHead(202, location(id)).end();
  }
  const whole = Buffer.concat([shop.uploads.get(name) ?? Buffer.alloc(0), body]);
  const held = (bytes: Buffer) => ({ ...location(name), range: `0-${Math.max(0, bytes.length - 1)}` });
  if (request.method === 'PATCH') {
    const from = /^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1];
    if (from !== undefined && Number(from) !== whole.length - body.length) return void response.writeHead(416).end();
    shop.uploads.set(name, whole);
    return void response.writeHead(202, held(whole)).end();
  }
  if (request.method === 'GET' && name.startsWith('uploads/')) {
    const begun = shop.uploads.get(name);
    return void (begun === undefined ? response.writeHead(404) : response.writeHead(204, held(begun))).end();
  }
  if (request.method === 'PUT') {
    const digest = url.searchParams.get('digest') ?? '';
    shop.uploads.delete(name);
    if (digestOf(whole) !== digest) return void response.writeHead(400).end();
    shop.blobs.set(digest, { bytes: whole, type: 'application/octet-stream' });
    return void response.writeHead(201, { 'docker-content-digest': digest }).end();
  }
  send(shop.blobs.get(name), request, response);
}

function send(held: Held | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (held === undefined) return void response.writeHead(404).end();
  const digest = { 'docker-content-digest': digestOf(held.bytes) };
  response.writeHead(200, { 'content-type': held.type, 'content-length': held.bytes.length, ...digest });
  response.end(request.method === 'HEAD' ? undefined : held.bytes);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
