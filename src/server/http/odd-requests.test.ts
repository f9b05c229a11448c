import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cartRecord } from '../../../test/make/cart-image.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import type { ImageRecord } from '../../model/index.ts';

/** All that a socket hears until its end, after it has sent something. */
function hear(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
    socket.on('end', () => resolve(heard)).on('error', reject);
  });
}

describe('a server that is asked oddly', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(await postgresServers[0]!.freshDatabase());
  });
  afterAll(() => server?.close());

  test('names the methods of an address where another was used', async () => {
    const asked: [string, string, string][] = [
      ['DELETE', '/v1/images', 'GET, HEAD'],
      ['PUT', '/v1/scans', 'GET, HEAD, POST'],
      ['PATCH', '/v1/scans/x', 'DELETE, GET, HEAD'],
      ['OPTIONS', '/v1/policies/check', 'GET, HEAD, POST, PUT'],
      ['POST', '/healthz', 'GET, HEAD'],
    ];
    for (const [method, path, allow] of asked) {
      const { status, headers, body } = await server.admin(method, path);
      expect([status, body.code, headers.get('allow')]).toEqual([405, 'method-not-allowed', allow]);
    }
    const none = await server.admin('DELETE', '/v1/nothing');
    expect([none.status, none.body.code, none.headers.get('allow')]).toEqual([404, 'not-found', null]);
  });

  test.each([
    ['no HTTP', 'GARBAGE\r\n\r\n', 400, 'no-request'],
    ['a method that nobody knows', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'no-request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'no-request',
    ],
    ['endless lines', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'header-too-large'],
    ['an address that is none', 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400, 'bad-url'],
  ])('answers %s with a problem', async (_, bytes, status, code) => {
    const [head, body] = (await hear(server.url, bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*content-type: application/problem\\+json`, 'i'));
    expect(JSON.parse(body!)).toMatchObject({ status, code, type: `urn:plimsoll:problem:${code}` });
  });

  test('refuses NUL wherever it is asked something, and takes it in what an image says', async () => {
    const asked: [string, string, unknown?][] = [
      ['GET', '/v1/search?q=%00a'],
      ['GET', '/v1/images?team=%00'],
      ['GET', '/v1/workloads/a%00b'],
      ['POST', '/v1/scans', { reference: 'a:1', team: 'a\0b' }],
      ['POST', '/v1/tokens', { name: 'a\0b', scopes: ['read'] }],
      ['POST', '/v1/sources', { kind: 'registry', name: 'x', address: 'a.example', secrets: { token: 'a\0b' } }],
    ];
    for (const [method, path, body] of asked) {
      const answer = await server.admin(method, path, body);
      expect([path, answer.status, answer.body.code]).toEqual([path, 422, 'request-invalid']);
      expect(answer.body.detail).toContain('U+0000');
    }
    const made = cartRecord();
    const packages = made.packages.map((each, at) => (at === 0 ? { ...each, name: 'a\0b' } : each));
    const record = { ...made, packages } as ImageRecord;
    expect((await server.admin('POST', '/v1/records', { record, reference: 'a.example/nul:1' })).status).toBe(201);
  });

  test('continues no list from a place that somebody made up', async () => {
    const lists: [string, unknown[]][] = [
      ['containers', ['no time', 1, 'x']],
      ['containers', ['2026-01-01', 1e99, 'x']],
      ['ledger', [1e99]],
      ['scans', [0.5]],
      ['impact?q=x&', [1e99, 'a', 'b']],
      ['images', [{}]],
    ];
    for (const [path, values] of lists) {
      const cursor = Buffer.from(JSON.stringify(values)).toString('base64url');
      const answer = await server.admin('GET', `/v1/${path.includes('?') ? path : `${path}?`}cursor=${cursor}`);
      expect([path, values, answer.status, answer.body.code]).toEqual([path, values, 400, 'bad-cursor']);
    }
  });

  test('says what body it takes', async () => {
    const send = async (type: string, body: string) => {
      const headers = { authorization: `Bearer ${secret}`, 'content-type': type };
      const answer = await fetch(`${server.url}/v1/scans`, { method: 'POST', headers, body });
      const { code } = (await answer.json()) as { code: string };
      return [answer.status, code];
    };
    const made = await server.admin<{ secret: string }>('POST', '/v1/tokens', { name: 't', scopes: ['scan'] });
    const { secret } = made.body;
    expect(await send('text/plain', 'x')).toEqual([415, 'media-type']);
    expect(await send('application/json', '{"reference":')).toEqual([400, 'no-json']);
    expect(await send('application/json', '{"__proto__":{},"reference":"a:1"}')).toEqual([400, 'no-json']);
    expect(
      await send('application/json', `{"reference":"a:1","more":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
    ).toEqual([202, undefined]);
  });

  test('gives HEAD the ETag of GET, and 304 to whoever has any', async () => {
    const headers = { cookie: server.adminCookie };
    const got = await fetch(`${server.url}/v1/policies`, { headers });
    const head = await fetch(`${server.url}/v1/policies`, { method: 'HEAD', headers });
    expect(got.headers.get('etag')).toMatch(/^"[^"]+"$/);
    expect([head.status, head.headers.get('etag')]).toEqual([200, got.headers.get('etag')]);
    const any = await fetch(`${server.url}/v1/policies`, { headers: { ...headers, 'if-none-match': '*' } });
    expect(any.status).toBe(304);
  });
});
