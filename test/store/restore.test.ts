import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { bodiesOf, getRecord, ledgerState, openStore } from '../../src/server-store/index.ts';
import { LedgerWriter } from '../../src/server-store/index.ts';
import { connectStore } from '../../src/server-store/open-store.ts';
import { cartRecord } from '../make/cart-image.ts';
import { postgresServers } from '../make/postgres.ts';
import { startTestServer } from '../make/test-server.ts';

const program = join(import.meta.dirname, '../../src/cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-restore-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

function start(databaseUrl: string | undefined, args: readonly string[]) {
  const child = spawn('node', [program, ...args], {
    env: { ...process.env, PLIMSOLL_DATABASE_URL: databaseUrl ?? '', HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (text: Buffer) => (said += text.toString()));
  return { child, ended: new Promise<string>((resolve) => child.once('close', (code) => resolve(`${code} ${said}`))) };
}
const run = (databaseUrl: string | undefined, ...args: string[]) => start(databaseUrl, args).ended;

test('what was backed up is restored whole, also by a second try after the first was killed', async () => {
  const [source, target] = [await postgresServers[0]!.freshDatabase(), await postgresServers[0]!.freshDatabase()];
  const server = await startTestServer(source);
  const record = cartRecord();
  await server.admin('POST', '/v1/records', { record, reference: 'shop/cart:1' });
  const writer = new LedgerWriter(server.store);
  await Promise.all(
    Array.from({ length: 20_000 }, (_, i) =>
      writer.append({
        actor: { kind: 'automation', name: 'ci', known: 'token:ci' },
        action: 'container.start',
        subject: { kind: 'container', name: `c-${i}` },
        details: { text: 'x'.repeat(300) },
      }),
    ),
  );
  await writer.close();
  // While the server goes on.
  expect(await run(source, 'store', 'backup', at('store.backup'))).toMatch(/^0 /);
  await server.close();

  const watcher = await connectStore({ databaseUrl: target });
  const hasBegun = async (): Promise<boolean> =>
    (await sql<{ name: string | null }>`SELECT to_regclass('restore_unfinished') AS name`.execute(watcher.db)).rows[0]!
      .name !== null;
  const first = start(target, ['store', 'restore', at('store.backup')]);
  while (first.child.exitCode === null && !(await hasBegun())) await sleep(1);
  first.child.kill('SIGKILL');
  expect(await first.ended).toMatch(/^null/);
  await watcher.close();
  // Nobody takes it for a new store: no server begins a ledger of its own there.
  expect(await run(target, 'serve', '--listen', '127.0.0.1:0')).toMatch(/^1 [^]*\(store-restore-unfinished\)/);
  expect(await run(target, 'store', 'restore', at('store.backup'))).toMatch(/^0 /);

  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(at('key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(at('pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  expect(await run(target, 'ledger', 'export', '--output', at('l.jsonl'), '--key', at('key'))).toMatch(/^0 /);
  const restored = await openStore({ databaseUrl: target });
  const { size } = await ledgerState(restored);
  expect(await run(undefined, 'ledger', 'verify', at('l.jsonl'), '--key', at('pub'))).toContain(
    `PASS  ${at('l.jsonl')}: entries 1 to ${size}, complete`,
  );
  expect((await getRecord(restored, bodiesOf(restored), record.image.digest))?.packages).toEqual(record.packages);
  expect(await run(target, 'store', 'bodies', '--check')).toMatch(/^0 1 bodies checked: all as they were put/);
  await restored.close();
});

test('a file that is no whole backup leaves a store as empty as it was', async () => {
  const target = await postgresServers[0]!.freshDatabase();
  writeFileSync(at('none'), 'no backup');
  expect(await run(target, 'store', 'restore', at('none'))).toMatch(/^1 [^]*\(backup-unreadable\)/);
  const store = await openStore({ databaseUrl: target });
  expect((await ledgerState(store)).size).toBe(0);
  await store.close();
});
