import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A real forward proxy on loopback: CONNECT for tunnels, absolute-form for plain http (RFC 9110 § 7.6, 9.3.6). */
export interface TestProxy {
  /** For HTTPS_PROXY and HTTP_PROXY, with the credentials that it wants. */
  readonly url: string;
  /** Without credentials. */
  readonly address: string;
  /** `CONNECT registry.test:443`, `GET http://registry.test/v2/…`, in order. */
  readonly requests: string[];
  stop(): Promise<void>;
}

export interface TestProxyOptions {
  /** Where names lead, `host:port` to `host:port`: clients need not know them. Others are refused with 502. */
  readonly names: Readonly<Record<string, string>>;
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Speaks TLS itself. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Called first; gives a status to answer with instead of passing on, or 'silence'. */
  readonly trouble?: (count: number) => number | 'silence' | undefined;
}

export async function startProxy(options: TestProxyOptions): Promise<TestProxy> {
  const { names, credentials, tls, trouble } = options;
  const requests: string[] = [];
  const sockets = new Set<Duplex>();
  const wanted =
    credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;

  /** The status to refuse with, if any. */
  function refusal(request: IncomingMessage, target: string | undefined): number | 'silence' | undefined {
    requests.push(`${request.method} ${request.url}`);
    const odd = trouble?.(requests.length);
    if (odd !== undefined) return odd;
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) return 407;
    return target === undefined ? 502 : undefined;
  }

  function passOn(request: IncomingMessage, response: ServerResponse): void {
    const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
    const target = names[`${url?.hostname}:${url?.port || '80'}`];
    const status = refusal(request, target);
    if (status === 'silence') return;
    if (status !== undefined || url === undefined || target === undefined)
      return void response.writeHead(status ?? 400).end();
    const [host, port] = target.split(':');
    const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = request.headers;
    const onward = httpRequest({ host, port, path: url.pathname + url.search, method: request.method, headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }

  function tunnel(request: IncomingMessage, client: Duplex, head: Buffer): void {
    client.on('error', () => {});
    const target = names[request.url ?? ''];
    const status = refusal(request, target);
    if (status === 'silence') return;
    if (status !== undefined || target === undefined)
      return void client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const [host, port] = target.split(':');
    const server = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.write(head);
      server.pipe(client).pipe(server);
    });
    sockets.add(server);
    server.on('error', () => client.destroy());
  }

  const server = tls === undefined ? createServer(passOn) : createSecureServer({ ...tls }, passOn);
  server.on('connect', tunnel);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secret =
    credentials === undefined
      ? ''
      : `${encodeURIComponent(credentials.username)}:${encodeURIComponent(credentials.password)}@`;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${secret}${address}`,
    address,
    requests,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
