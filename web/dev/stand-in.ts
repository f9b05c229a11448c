import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { routes, type Route, type RouteName } from '../../src/server/contract/index.ts';
import { answersOf } from './answers.ts';
import { type Amount, Refused } from './asked.ts';

/**
 * A stand-in for the server, for who works on the pages: `node web/dev/stand-in.ts --data nothing|little|many [--fail] [--port N]`
 * serves web/dist and made-up answers, each checked against the contract. `--fail` answers everything but the log-in with 500.
 */

export interface StandIn {
  readonly url: string;
  /** Sends a live event to every page that listens. */
  readonly tell: (event: { readonly kind: string } & Readonly<Record<string, unknown>>) => void;
  readonly close: () => Promise<void>;
}

interface StandInOptions {
  readonly data: Amount;
  readonly fail?: boolean;
  readonly port?: number;
}

const dist = path.resolve(import.meta.dirname, '../dist');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Begins to listen on a loopback port of its own choice where none is named. */
export async function startStandIn({ data, fail = false, port = 0 }: StandInOptions): Promise<StandIn> {
  const answers = answersOf(data);
  const listeners = new Set<http.ServerResponse>();
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    if (url.pathname === '/v1/events') return listenOn(request, response, listeners);
    if (!url.pathname.startsWith('/v1/')) return serveFile(url.pathname, response);
    void bodyOf(request).then((body) => answer(request.method ?? 'GET', url, body, response));
  });

  function answer(
    method: string,
    url: URL,
    body: Readonly<Record<string, unknown>>,
    response: http.ServerResponse,
  ): void {
    const found = routeOf(method, url.pathname);
    const reply = (status: number, value: unknown): void => {
      response.writeHead(status, {
        'content-type': status < 400 ? 'application/json' : 'application/problem+json',
        etag: '"3"',
      });
      response.end(value === undefined ? undefined : JSON.stringify(value));
    };
    const refuse = (status: number, detail: string): void =>
      reply(status, {
        type: 'about:blank',
        title: 'stand-in',
        status,
        detail,
        code: status === 404 ? 'not-found' : status === 422 ? 'bad-vex' : 'store-unreachable',
        ...(status < 500 ? {} : { hint: 'The database does not answer; the server tries again by itself.' }),
        requestId: 'req-5f3a',
      });
    if (found === undefined) return refuse(404, `nothing lies under ${url.pathname}`);
    if (fail && found.name !== 'getMe' && found.name !== 'getLogIn') return refuse(500, 'the store could not be asked');
    try {
      const value = answers[found.name]?.({ params: found.params, query: url.searchParams, body });
      const { answer: schema, status = 200 } = routes[found.name] as Route;
      reply(value === undefined ? 204 : status, schema === undefined ? value : schema.parse(value));
    } catch (error) {
      if (error instanceof Refused) return refuse(error.status, error.message);
      process.stderr.write(`${found.name}: ${String(error)}\n`);
      refuse(500, `the stand-in does not keep the contract: ${found.name}`);
    }
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = server.address();
  const tell: StandIn['tell'] = (event) => {
    for (const listener of listeners)
      listener.write(`event: ${event.kind}\ndata: ${JSON.stringify({ at: new Date().toISOString(), ...event })}\n\n`);
  };
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : port}`,
    tell,
    close: () =>
      new Promise((resolve) => {
        for (const listener of listeners) listener.end();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function listenOn(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  listeners: Set<http.ServerResponse>,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': listening\n\n');
  listeners.add(response);
  request.on('close', () => listeners.delete(response));
}

function routeOf(method: string, pathname: string): { name: RouteName; params: Record<string, string> } | undefined {
  const asked = pathname.split('/').map(decodeURIComponent);
  for (const [name, route] of Object.entries(routes)) {
    const parts = route.path.split('/');
    if (route.method !== method || parts.length !== asked.length) continue;
    // `/v1/policies/check` is no policy of that name.
    if (!parts.every((part, index) => part.startsWith('{') || part === asked[index])) continue;
    const params = Object.fromEntries(
      parts.flatMap((part, index) => (part.startsWith('{') ? [[part.slice(1, -1), asked[index]!]] : [])),
    );
    return { name: name as RouteName, params };
  }
  return undefined;
}

function serveFile(pathname: string, response: http.ServerResponse): void {
  const wanted = path.join(dist, path.normalize(pathname));
  const file =
    wanted.startsWith(`${dist}${path.sep}`) && fs.statSync(wanted, { throwIfNoEntry: false })?.isFile() === true
      ? wanted
      : path.join(dist, 'index.html');
  response.writeHead(200, {
    'content-type': types[path.extname(file)] ?? 'application/octet-stream',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
  });
  response.end(fs.readFileSync(file));
}

async function bodyOf(request: http.IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: 'little' },
      fail: { type: 'boolean', default: false },
      port: { type: 'string', default: '7466' },
    },
  });
  const { data, fail, port } = values;
  if (data !== 'nothing' && data !== 'little' && data !== 'many') throw new Error('--data is nothing, little or many');
  const { url } = await startStandIn({ data, fail, port: Number(port) });
  process.stdout.write(`${url}\n`);
}
