import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { caller, startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import type { Job, MadeToken } from '../contract/index.ts';

const servers: TestServer[] = [];
beforeAll(async () => {
  const databaseUrl = await postgresServers[0]!.freshDatabase();
  // Nobody scans: what is asked for stays as it was asked.
  for (let n = 0; n < 2; n++) servers.push(await startTestServer(databaseUrl, { scans: 0 }));
});
afterAll(async () => {
  for (const server of servers) await server.close();
});

test('100 scans asked for at once of two servers, each twice by its key, are 100 jobs', async () => {
  const scopes = ['read', 'scan'] as const;
  const { secret } = (await servers[0]!.admin<MadeToken>('POST', '/v1/tokens', { name: 'ci', scopes })).body;
  const ask = (server: TestServer, n: number) =>
    caller(server.url, { authorization: `Bearer ${secret}` })<Job & { code?: string }>(
      'POST',
      '/v1/scans',
      { reference: `registry.example.com/shop/n${n}:1` },
      { 'idempotency-key': `n${n}` },
    );
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  const first = await Promise.all(numbers.flatMap((n) => servers.map((server) => ask(server, n))));
  // Of two at the same moment one may be told that the other is still being answered.
  for (const { status, body } of first)
    expect([status, body.code]).toEqual(status === 409 ? [409, 'key-in-use'] : [202, undefined]);
  const again = await Promise.all(numbers.map((n) => ask(servers[n % 2]!, n)));
  expect(again.map(({ status, body }) => [status, body.reference])).toEqual(
    numbers.map((n) => [202, `registry.example.com/shop/n${n}:1`]),
  );
  const ids = new Set(again.map(({ body }) => body.id));
  expect(ids.size).toBe(100);
  expect(first.filter(({ status }) => status === 202).every(({ body }) => ids.has(body.id))).toBe(true);
  const kept = await servers[0]!.store.pool.use((client) => client.query('SELECT id FROM scan_job'));
  expect(kept.rows.length).toBe(100);
});
