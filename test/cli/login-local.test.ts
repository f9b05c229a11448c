import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findEntries, listTokens, openStore, type Store } from '../../src/server-store/index.ts';
import { postgresServers } from '../make/postgres.ts';
import { freePort } from '../make/registry.ts';
import { program, startTestServer, type TestServer } from '../make/test-server.ts';

let server: TestServer;
/** The store of another server. */
let other: Store;
let databaseUrl: string;
let otherUrl: string;
const home = mkdtempSync(join(tmpdir(), 'plimsoll-local-'));
const credentials = join(home, 'config/plimsoll/servers.json');

beforeAll(async () => {
  chmodSync(home, 0o755);
  databaseUrl = await postgresServers[0]!.freshDatabase();
  otherUrl = await postgresServers[0]!.freshDatabase();
  server = await startTestServer(databaseUrl);
  other = await openStore({ databaseUrl: otherUrl });
});
afterAll(async () => {
  await other?.close();
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

function logIn(url: string, database: string): Promise<{ status: number; out: string; err: string }> {
  const [command, ...first] = program;
  const env = { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: join(home, 'config') };
  return new Promise((resolve) => {
    execFile(
      command!,
      [...first, 'login', url, '--local'],
      { env: { ...env, PLIMSOLL_DATABASE_URL: database }, cwd: home },
      (error, out, err) => resolve({ status: Number(error?.code ?? 0), out, err }),
    );
  });
}
const actions = async (store: Store): Promise<readonly string[]> =>
  (await findEntries(store, { action: 'token.' })).items.map(({ entry }) => entry.action);

test('no token is made where no server answers, or something that is none', async () => {
  const nobody = await logIn(`http://127.0.0.1:${await freePort()}`, otherUrl);
  expect([nobody.status, nobody.err]).toEqual([1, expect.stringContaining('(server-unreachable)') as string]);
  const plain = createServer((_, response) => void response.end('{"hello":"world"}'));
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const stranger = await logIn(`http://127.0.0.1:${(plain.address() as AddressInfo).port}`, otherUrl);
  plain.close();
  expect([stranger.status, stranger.err]).toEqual([1, expect.stringContaining('(server-answer)') as string]);
  expect([await listTokens(other), await actions(other)]).toEqual([[], []]);
});

test('a token that the server does not know, since it has another store, is revoked, and the ledger has both', async () => {
  const refused = await logIn(server.url, otherUrl);
  expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('(not-logged-in)') as string]);
  expect([await listTokens(other), await actions(other)]).toEqual([[], ['token.revoke', 'token.make']]);
  expect(existsSync(credentials)).toBe(false);
});

test('with the server’s own store it is kept', async () => {
  const good = await logIn(server.url, databaseUrl);
  expect([good.status, good.out]).toEqual([0, expect.stringContaining(`logged in to ${server.url} as`) as string]);
  expect(readFileSync(credentials, 'utf8')).toContain('plim_');
  expect(await listTokens(server.store)).toHaveLength(1);
});
