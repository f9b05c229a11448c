import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { type Caller, caller, startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import { type Permission, permissions, type Route, rolePermissions, routes } from '../contract/index.ts';

const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

describe.each(postgresServers)('a server on $name', ({ missing, freshDatabase }) => {
  let server: TestServer;
  beforeAll(async () => {
    if (missing === undefined) server = await startTestServer(await freshDatabase());
  });
  afterAll(() => server?.close());

  test.skipIf(missing)('asks for the permission of every route, and lets in whoever has it', async () => {
    const table = Object.values(routes) as readonly Route[];
    const nobody = caller(server.url);
    const withAll = new Map<string, Caller>();
    for (const permission of permissions) withAll.set(permission, await server.withToken([permission]));
    for (const { method, path, permission } of table) {
      const address = path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'digest' ? digestOf(1) : 'x'));
      const body = method === 'GET' ? undefined : {};
      const alone = await nobody(method, address, body);
      if (permission === 'public') expect([alone.status, path]).not.toEqual([401, path]);
      else expect([alone.status, alone.body.code, path]).toEqual([401, 'not-logged-in', path]);
      if (permission === 'public' || permission === 'session') continue;
      const other = permissions.find((each) => each !== permission)!;
      const refused = await withAll.get(other)!(method, address, body);
      expect([refused.status, refused.body.code, path]).toEqual([403, 'forbidden', path]);
      expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      if (path === '/v1/events') continue;
      const let_in = await withAll.get(permission)!(method, address, body);
      // What it then says is of other tests; that it is not about who asks is of this one.
      const isMine = let_in.status === 403 && path === '/v1/tokens';
      if (!isMine) expect([401, 403].includes(let_in.status), `${method} ${path} ${let_in.status}`).toBe(false);
    }
  });

  test.skipIf(missing)(
    'takes nothing from a page of others, nor without the word that only our page knows',
    async () => {
      const { admin } = server;
      const evil = await admin('POST', '/v1/scans', { reference: 'a:1' }, { origin: 'https://evil.example' });
      expect([evil.status, evil.body.code]).toEqual([403, 'origin-refused']);
      const without = await admin('POST', '/v1/scans', { reference: 'a:1' }, { 'x-csrf-token': 'guess' });
      expect([without.status, without.body.code]).toEqual([403, 'csrf-failed']);
      const headers = (await caller(server.url)('GET', '/healthz')).headers;
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  test.skipIf(missing)('knows a token until it is revoked; none can do more than who made it', async () => {
    const { admin } = server;
    const made = await admin<{ id: string; secret: string }>('POST', '/v1/tokens', { name: 'ci', scopes: ['read'] });
    const ci = caller(server.url, { authorization: `Bearer ${made.body.secret}` });
    expect((await ci<{ actor: object }>('GET', '/v1/me')).body.actor).toEqual({
      kind: 'automation',
      name: 'ci',
      known: 'token:admin',
    });
    expect((await ci('POST', '/v1/tokens', { name: 'more', scopes: ['read'] })).status).toBe(403);
    expect((await admin('DELETE', `/v1/tokens/${made.body.id}`)).status).toBe(204);
    expect((await ci('GET', '/v1/me')).status).toBe(401);
    const { rows } = await server.store.pool.use((client) =>
      client.query('SELECT encode(digest, $1) AS d FROM token', ['hex']),
    );
    expect(JSON.stringify(rows)).not.toContain(made.body.secret);
  });

  test.skipIf(missing)('lets nobody in by the first-run link twice', async () => {
    const secret = new URL(server.setupUrl!).searchParams.get('secret');
    const again = await caller(server.url)('POST', '/v1/session/setup', { secret });
    expect([again.status, again.body.code]).toEqual([401, 'log-in-failed']);
  });
});

test('every role has permissions that exist, and the administrator all', () => {
  const all: readonly Permission[] = Object.values(rolePermissions).flat();
  expect(all.every((permission) => permissions.includes(permission))).toBe(true);
  expect(rolePermissions.admin).toEqual(permissions);
  expect(rolePermissions.auditor.filter((permission) => /write|decide|scan|request/.test(permission))).toEqual([
    'token.write',
  ]);
});
