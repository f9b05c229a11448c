import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { MadeToken, Me, Permission, ProblemDetails } from '../../src/server/contract/index.ts';
import { addToken, digestOf, newSecret, seePerson } from '../../src/server-store/index.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/index.ts';

/** A real server on loopback, over a real PostgreSQL. */
export interface TestServer extends RunningServer {
  readonly folder: string;
  /** The administrator, logged in by the first-run link. */
  readonly admin: Caller;
  /** The cookie of that log-in, as `name=value`: for a browser. */
  readonly adminCookie: string;
  /** Somebody with a token of these permissions. */
  withToken(scopes: readonly Permission[], teams?: readonly string[]): Promise<Caller>;
  /** The secret of such a token that another person than the administrator made. */
  tokenOfAnother(scopes: readonly Permission[]): Promise<string>;
  /** Stops it and starts it again, at the same address over the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Calls the API as somebody. */
export type Caller = <T = ProblemDetails>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer<T>>;

export const program = [process.execPath, resolve('src/cli/main.ts')];

export async function startTestServer(databaseUrl: string, more: Partial<ServerOptions> = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-server-'));
  const options: ServerOptions = {
    data: folder,
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    database: join(folder, 'advisories.db'),
    cacheDirectory: join(folder, 'cache'),
    scans: 0,
    allowAddresses: [],
    requestsPerSecond: 10_000,
    program,
    env: { PATH: process.env['PATH'], HOME: folder },
    logLevel: 'silent',
    ...more,
  };
  const server = await startServer(options);
  let running = server;
  const { admin, cookie: adminCookie } = await logInFirst(server);
  return {
    ...server,
    folder,
    admin,
    adminCookie,
    async withToken(scopes, teams) {
      const made = await admin<MadeToken>('POST', '/v1/tokens', { name: `test ${scopes.join(' ')}`, scopes, teams });
      return caller(server.url, { authorization: `Bearer ${made.body.secret}` });
    },
    async tokenOfAnother(scopes) {
      const known = 'oidc:https://id.example.com';
      const person = { known, name: 'eve@example.com', displayName: 'Eve Moss', roles: ['admin'] };
      const { id: owner } = await seePerson(server.store, person);
      const secret = newSecret('plim_');
      await addToken(server.store, {
        ...{ name: `of eve ${scopes.join(' ')}`, kind: 'automation', scopes, teams: null, owner },
        ...{ digest: digestOf(secret), prefix: secret.slice(0, 10), expiresAt: new Date(Date.now() + 86_400_000) },
      });
      return secret;
    },
    async restart() {
      await running.stop();
      running = await startServer({ ...options, port: Number(new URL(server.url).port) });
    },
    async close() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Who calls with these headers. */
export function caller(url: string, own: Readonly<Record<string, string>> = {}): Caller {
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: { ...own, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /[/+]json/.test(answer.headers.get('content-type') ?? '') && text !== '';
    return { status: answer.status, headers: answer.headers, body: (isJson ? JSON.parse(text) : text) as never };
  };
}

async function logInFirst({ url, setupUrl }: RunningServer): Promise<{ admin: Caller; cookie: string }> {
  if (setupUrl === undefined) return { admin: caller(url), cookie: '' };
  const secret = new URL(setupUrl).searchParams.get('secret');
  const answer = await caller(url)<Me>('POST', '/v1/session/setup', { secret });
  const cookie = answer.headers.getSetCookie()[0]!.split(';', 1)[0]!;
  return { admin: caller(url, { cookie, 'x-csrf-token': answer.body.csrfToken! }), cookie };
}
