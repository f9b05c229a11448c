import http, { type ClientRequest } from 'node:http';
import https, { type AgentOptions, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { TunnelRefused } from './tunnel-refused.ts';

type Done = (error: Error | null, socket: Duplex) => void;

/**
 * Opens TLS connections through a proxy (CONNECT, RFC 9110 § 9.3.6). Node's own agent does that as well, but can't be
 * called off while a proxy is silent, and writes the proxy's password into its messages.
 */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;
  readonly #timeoutMs: number;
  readonly #opening = new Set<ClientRequest>();

  constructor(proxy: URL, timeoutMs: number, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(options: RequestOptions, done: Done = () => {}): undefined {
    const host = options.host ?? '';
    const target = `${isIP(host) === 6 ? `[${host}]` : host}:${options.port ?? 443}`;
    const request = this.#connect(target, options);
    const end = (error: Error | null, socket?: Duplex): void => {
      // Node looks at the socket only where there is no error.
      if (this.#opening.delete(request)) done(error, socket as Duplex);
    };
    this.#opening.add(request);
    request.setTimeout(this.#timeoutMs, () =>
      request.destroy(new Error(`opened no tunnel for ${this.#timeoutMs / 1000} s`)),
    );
    request.on('error', end);
    // A proxy that refuses may do so in an answer as to any other request.
    request.on('response', (answer) => {
      answer.destroy();
      end(new TunnelRefused(this.#proxy, target, answer.statusCode ?? 0));
    });
    request.on('connect', (answer, socket, head) => {
      if (answer.statusCode === 200) {
        socket.setTimeout(0);
        if (head.length > 0) socket.unshift(head);
        // TLS begins where the proxy steps back.
        return end(null, super.createConnection({ ...options, socket } as RequestOptions) as Duplex);
      }
      socket.destroy();
      end(new TunnelRefused(this.#proxy, target, answer.statusCode ?? 0));
    });
    request.end();
    return undefined;
  }

  override destroy(): void {
    for (const request of this.#opening) request.destroy(new Error('called off'));
    super.destroy();
  }

  #connect(target: string, { ca }: RequestOptions): ClientRequest {
    const { protocol, hostname, port, username, password } = this.#proxy;
    const isSecure = protocol === 'https:';
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const log = username === '' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
    return (isSecure ? https : http).request({
      method: 'CONNECT',
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (isSecure ? 443 : 80) : Number(port),
      path: target,
      headers: { host: target, 'user-agent': 'plimsoll', ...log },
      agent: false,
      // A name to hold the proxy's certificate against; the Host header names the other end.
      ...(isSecure ? { servername: isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : '', ca } : {}),
    });
  }
}
