import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeAuthority, pemOf } from '../../../test/make/certificates.ts';
import { startProxy } from '../../../test/make/proxy.ts';
import { freePort } from '../../../test/make/registry.ts';
import { describeDatabase } from './describe-database.ts';
import { searchAdvisories } from './search-advisories.ts';
import { updateAdvisories } from './update-advisories.ts';
import type { UpdateOptions } from './update-advisories.ts';

/** A server of the public feeds' shape, whose manners each test changes. */
class FeedServer {
  readonly requests: { url: string; range?: string; status: number }[] = [];
  readonly files = new Map<string, Buffer>();
  /** Called first for every request; gives true when it has answered. */
  trouble: (request: IncomingMessage, response: ServerResponse, count: number) => boolean = () => false;
  private readonly server: Server;
  private count = 0;

  constructor() {
    this.server = createServer((request, response) => this.answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  etag(url: string): string {
    return `"${createHash('md5')
      .update(this.files.get(url) ?? '')
      .digest('hex')}"`;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '';
    const entry = { url, range: request.headers.range, status: 0 };
    this.requests.push(entry);
    const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
    response.writeHead = (...args: unknown[]) => {
      entry.status = args[0] as number;
      return writeHead(...args);
    };
    if (this.trouble(request, response, this.count++)) return;
    const file = this.files.get(url);
    if (file === undefined) return void response.writeHead(404).end();
    const etag = this.etag(url);
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
    const md5 = createHash('md5').update(file).digest('base64');
    const headers = { etag, 'x-goog-hash': `crc32c=AAAAAA==, md5=${md5}` };
    const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    if (start !== undefined && request.headers['if-range'] === etag) {
      const rest = file.subarray(Number(start));
      const range = `bytes ${start}-${file.length - 1}/${file.length}`;
      return void response
        .writeHead(206, { ...headers, 'content-range': range, 'content-length': rest.length })
        .end(rest);
    }
    response.writeHead(200, { ...headers, 'content-length': file.length }).end(file);
  }
}

let server: FeedServer;
let base: string;
let folder: string;
beforeEach(async () => {
  server = new FeedServer();
  base = await server.start();
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-update-'));
  server.files.set('/osv/npm/all.zip', Buffer.from(records(200)));
  server.files.set('/osv/Rocky%20Linux/all.zip', Buffer.from(record(1, 'Rocky Linux:9')));
  server.files.set(
    '/kev.json',
    Buffer.from(
      JSON.stringify({
        catalogVersion: '1',
        dateReleased: '2026-01-02T00:00:00Z',
        vulnerabilities: [{ cveID: 'CVE-2024-0001', dateAdded: '2026-01-01' }],
      }),
    ),
  );
  server.files.set(
    '/epss.csv.gz',
    gzipSync('#model_version:v1,score_date:2026-01-03T00:00:00Z\ncve,epss,percentile\nCVE-2024-0001,0.5,0.9\n'),
  );
  server.files.set(
    '/eol',
    Buffer.from(
      JSON.stringify({
        result: [{ name: 'debian', releases: [{ name: '12', eolFrom: '2026-07-11', eoesFrom: '2028-06-30' }] }],
      }),
    ),
  );
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

function record(number: number, ecosystem: string): string {
  const id = `GHSA-${number}`;
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: `${number}.0.0` }] }];
  const filler = createHash('sha256').update(id).digest('base64').repeat(40);
  return `${JSON.stringify({ id, modified: '2026-01-01T00:00:00Z', details: filler, affected: [{ package: { ecosystem, name: `p${number}` }, ranges }] })}\n`;
}

function records(count: number): string {
  return Array.from({ length: count }, (_, i) => record(i + 1, 'npm')).join('');
}

function options(more: Partial<UpdateOptions> = {}): UpdateOptions {
  return {
    feeds: ['osv'],
    ecosystems: ['npm'],
    addresses: { osv: `${base}/osv`, kev: `${base}/kev.json`, epss: `${base}/epss.csv.gz`, eol: `${base}/eol` },
    database: join(folder, 'advisories.db'),
    cache: join(folder, 'cache'),
    offline: false,
    replace: false,
    builtAt: '2026-11-23T00:00:00Z',
    env: {},
    download: { attempts: 3, retryDelayMs: 1, stallTimeoutMs: 300 },
    ...more,
  };
}

/** Sends a part of the file and cuts the line. */
function sendHalf(response: ServerResponse, file: Buffer, etag: string): true {
  response.writeHead(200, { etag, 'content-length': file.length });
  response.write(file.subarray(0, file.length / 2), () => response.destroy());
  return true;
}

test('all feeds come into one database', async () => {
  const outcome = await updateAdvisories(
    options({ feeds: ['osv', 'kev', 'epss', 'eol'], ecosystems: ['npm', 'Rocky Linux'] }),
  );
  expect(outcome.feeds.map(({ origin, changed }) => [origin, changed])).toEqual([
    ['osv:Rocky Linux', true],
    ['osv:npm', true],
    ['kev', true],
    ['epss', true],
    ['eol', true],
  ]);
  expect(describeDatabase(options().database, new Date('2026-11-23T06:00:00Z'), { verify: true })).toMatchObject({
    builtAt: '2026-11-23T00:00:00Z',
    ageSeconds: 21_600,
    ecosystems: [
      { name: 'Rocky Linux:9', advisories: 1, packages: 1 },
      { name: 'npm', advisories: 200, packages: 200 },
    ],
    exploited: { entries: 1, date: '2026-01-02' },
    epss: { entries: 1, date: '2026-01-03' },
    endOfLife: { cycles: 1, packages: 0 },
    intact: true,
  });
});

test('a connection that breaks is continued where it broke', async () => {
  const file = server.files.get('/osv/npm/all.zip')!;
  server.trouble = (_, response, count) => count === 0 && sendHalf(response, file, server.etag('/osv/npm/all.zip'));
  await updateAdvisories(options());
  expect(server.requests.map(({ status, range }) => [status, range !== undefined])).toEqual([
    [200, false],
    [206, true],
  ]);
  expect(readFileSync(join(folder, 'cache/osv-npm.zip')).equals(file)).toBe(true);
});

test('a run that failed is continued by the next one', async () => {
  const file = server.files.get('/osv/npm/all.zip')!;
  server.trouble = (_, response, count) => count === 0 && sendHalf(response, file, server.etag('/osv/npm/all.zip'));
  await expect(updateAdvisories(options({ download: { attempts: 1 } }))).rejects.toMatchObject({
    code: 'feed-unreachable',
  });
  expect(existsSync(options().database)).toBe(false);
  await updateAdvisories(options());
  expect(server.requests.at(-1)).toMatchObject({ status: 206 });
});

test('a partial file of a version that is no more is thrown away', async () => {
  const file = server.files.get('/osv/npm/all.zip')!;
  server.trouble = (_, response, count) => count === 0 && sendHalf(response, file, '"some other version"');
  await updateAdvisories(options());
  expect(server.requests.map(({ status }) => status)).toEqual([200, 200]);
  expect(readFileSync(join(folder, 'cache/osv-npm.zip')).equals(file)).toBe(true);
});

test('a server that ignores Range is served from the beginning', async () => {
  const file = server.files.get('/osv/npm/all.zip')!;
  server.trouble = (request, response, count) => {
    if (count === 0) return sendHalf(response, file, server.etag('/osv/npm/all.zip'));
    delete request.headers.range;
    return false;
  };
  await updateAdvisories(options());
  expect(readFileSync(join(folder, 'cache/osv-npm.zip')).equals(file)).toBe(true);
});

test('bytes that do not match the MD5 of the server are fetched again', async () => {
  const file = server.files.get('/osv/npm/all.zip')!;
  server.trouble = (_, response, count) => {
    if (count > 0) return false;
    const md5 = createHash('md5').update(file).digest('base64');
    response.writeHead(200, { etag: '"x"', 'x-goog-hash': `md5=${md5}` }).end(Buffer.alloc(file.length, 32));
    return true;
  };
  await updateAdvisories(options());
  expect(readFileSync(join(folder, 'cache/osv-npm.zip')).equals(file)).toBe(true);
});

describe('trouble', () => {
  test.each([
    ['500 every time', (response: ServerResponse) => response.writeHead(500).end(), 'feed-unreachable', 3],
    ['429 every time', (response: ServerResponse) => response.writeHead(429).end(), 'feed-unreachable', 3],
    ['404', (response: ServerResponse) => response.writeHead(404).end(), 'feed-not-found', 1],
    ['403', (response: ServerResponse) => response.writeHead(403).end(), 'feed-refused', 1],
    [
      'a redirect to itself',
      (response: ServerResponse) => response.writeHead(302, { location: '/osv/npm/all.zip' }).end(),
      'feed-refused',
      6,
    ],
    [
      'a redirect to a file',
      (response: ServerResponse) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      'bad-feed-address',
      1,
    ],
    [
      'silence',
      (response: ServerResponse) => response.writeHead(200, { 'content-length': 100 }).write('x'),
      'feed-unreachable',
      3,
    ],
  ] as const)('%s leaves the database as it was', async (_, answer, code, requests) => {
    await updateAdvisories(options());
    const before = readFileSync(options().database);
    server.requests.length = 0;
    server.trouble = (_request, response) => {
      answer(response);
      return true;
    };
    await expect(updateAdvisories(options())).rejects.toMatchObject({ code });
    expect(readFileSync(options().database).equals(before)).toBe(true);
    expect(server.requests).toHaveLength(requests);
  });

  test('a page of something else is refused, and the database stays', async () => {
    server.files.set('/osv/npm/all.zip', Buffer.from('<html>log in first</html>'));
    await expect(updateAdvisories(options())).rejects.toMatchObject({ code: 'feed-unusable' });
    expect(existsSync(options().database)).toBe(false);
  });

  test('500 once is passed over', async () => {
    server.trouble = (_, response, count) => count === 0 && Boolean(response.writeHead(503).end());
    await updateAdvisories(options());
    expect(server.requests.map(({ status }) => status)).toEqual([503, 200]);
  });

  test('a redirect to where the file is', async () => {
    server.trouble = (request, response) => {
      if (!request.url!.startsWith('/old/')) return false;
      response.writeHead(301, { location: request.url!.replace('/old/', '/osv/') }).end();
      return true;
    };
    await updateAdvisories(options({ addresses: { ...options().addresses, osv: `${base}/old` } }));
    expect(server.requests.map(({ status }) => status)).toEqual([301, 200]);
  });
});

describe('the way there', () => {
  const elsewhere = 'http://feeds.test';
  const behind = (env: Record<string, string>): UpdateOptions =>
    options({ env, addresses: { ...options().addresses, osv: `${elsewhere}/osv` } });

  test('leads through the proxy that HTTP_PROXY names, with its log-in', async () => {
    const names = { 'feeds.test:80': new URL(base).host };
    const proxy = await startProxy({ names, credentials: { username: 'us@er', password: 'p:w' } });
    try {
      await updateAdvisories(behind({ http_proxy: proxy.url }));
      expect(proxy.requests).toEqual([`GET ${elsewhere}/osv/npm/all.zip`]);
      await expect(updateAdvisories(behind({ HTTP_PROXY: `http://${proxy.address}` }))).rejects.toMatchObject({
        code: 'proxy-denied',
        message: `the feeds could not be fetched: the proxy http://${proxy.address} answers 407 when asked for feeds.test`,
      });
      expect(proxy.requests).toHaveLength(2);
    } finally {
      await proxy.stop();
    }
  });

  test('leads through a tunnel for https, to a mirror whose authority must be known', async () => {
    const authority = await makeAuthority(folder);
    const secure = createSecureServer(pemOf(await authority.issue('feeds', ['DNS:feeds.test'])), (_, response) =>
      response.end(server.files.get('/osv/npm/all.zip')),
    );
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const names = { 'feeds.test:443': `127.0.0.1:${(secure.address() as AddressInfo).port}` };
    const proxy = await startProxy({ names });
    try {
      const addresses = { ...options().addresses, osv: 'https://feeds.test/osv' };
      // Reading the system's authorities takes longer on a busy machine than the other tests' patience with servers.
      const download = { ...options().download!, stallTimeoutMs: 30_000 };
      await expect(
        updateAdvisories(options({ env: { HTTPS_PROXY: proxy.url }, addresses, download })),
      ).rejects.toMatchObject({ code: 'feed-untrusted' });
      // Once more with the system's authorities, which do not know it either; then no more.
      expect(proxy.requests).toEqual(Array(2).fill('CONNECT feeds.test:443'));
    } finally {
      await proxy.stop();
      secure.closeAllConnections();
      secure.close();
    }
  });

  test('that nobody is at the end of is gone once', async () => {
    const waits: string[] = [];
    const gone = `http://127.0.0.1:${await freePort()}`;
    const progress = (text: string): void => void waits.push(text);
    await expect(
      updateAdvisories(options({ progress, addresses: { ...options().addresses, osv: gone } })),
    ).rejects.toMatchObject({
      code: 'feed-unreachable',
      message: `${gone}/npm/all.zip could not be fetched: ${gone.slice(7)} refuses connections (ECONNREFUSED)`,
    });
    expect(waits).toEqual([]);
  });

  test('is gone again when Retry-After says, and progress tells of the wait', async () => {
    const said: string[] = [];
    server.trouble = (_, response, count) =>
      count === 0 && Boolean(response.writeHead(429, { 'retry-after': '1' }).end());
    await updateAdvisories(options({ progress: (text) => void said.push(text) }));
    expect(said[0]).toBe('waiting 1 s for osv:npm: the server answered 429');
    expect(server.requests.map(({ status }) => status)).toEqual([429, 200]);
  });
});

test('what has not changed is neither fetched nor imported again; what has gone from a feed goes', async () => {
  await updateAdvisories(options({ feeds: ['osv', 'kev'] }));
  server.files.set('/osv/npm/all.zip', Buffer.from(records(199)));
  const { feeds } = await updateAdvisories(options({ feeds: ['osv', 'kev'], builtAt: '2026-11-24T00:00:00Z' }));
  expect(feeds.map(({ origin, changed }) => [origin, changed])).toEqual([
    ['osv:npm', true],
    ['kev', false],
  ]);
  expect(server.requests.map(({ status }) => status)).toEqual([200, 200, 200, 304]);
  expect(searchAdvisories(options().database, 'ghsa-199', 5).advisories).toHaveLength(1);
  expect(searchAdvisories(options().database, 'GHSA-200', 5).by).toBe('nothing');
  expect(describeDatabase(options().database, new Date(0), { verify: true })).toMatchObject({
    builtAt: '2026-11-24T00:00:00Z',
    advisories: 199,
    intact: true,
  });
});

test('offline means no request at all', async () => {
  await expect(updateAdvisories(options({ offline: true }))).rejects.toMatchObject({ code: 'offline' });
  expect(server.requests).toEqual([]);
});

test('stopped by the user, it leaves no database behind and can be continued', async () => {
  const controller = new AbortController();
  server.trouble = (_, response) => {
    response.writeHead(200, { 'content-length': 100, etag: '"x"' }).write('x', () => controller.abort());
    return true;
  };
  await expect(updateAdvisories(options({ signal: controller.signal }))).rejects.toMatchObject({ name: 'AbortError' });
  expect(existsSync(options().database)).toBe(false);
});
