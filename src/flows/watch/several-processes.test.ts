import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { until } from '../../../test/make/watched-world.ts';
import {
  giveLease,
  listHosts,
  openStore,
  readWatchCursor,
  type Store,
  takeLease,
  writeWatchCursor,
} from '../../server-store/index.ts';

describe.each(postgresServers)('several processes over one store, $name', ({ missing, freshDatabase }) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-lease-'));
  const children: ChildProcess[] = [];
  let databaseUrl: string;
  let store: Store;
  let engine: Server;
  let lists = 0;
  beforeAll(async () => {
    if (missing !== undefined) return;
    databaseUrl = await freshDatabase();
    store = await openStore({ databaseUrl });
    // An engine that counts how often it is listed: once for each watch that begins.
    engine = createServer(({ url = '' }, response) => {
      if (url.startsWith('/containers/json')) lists++;
      if (url.startsWith('/events')) return response.flushHeaders();
      response.end(url.startsWith('/containers/json') ? '[]' : '{}');
    });
    await new Promise<void>((resolve) => engine.listen(join(folder, 's'), resolve));
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    engine?.closeAllConnections();
    engine?.close();
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.skipIf(missing)('a source is watched by one, and by the other after kill -9', async () => {
    const sources = [
      { id: 'one', kind: 'docker', name: 'node', address: `unix://${join(folder, 's')}`, secrets: {}, enabled: true },
    ];
    const begin = (holder: string): ChildProcess => {
      const program = join(import.meta.dirname, '../../../test/make/watch-process.ts');
      const child = spawn(process.execPath, [program, databaseUrl, holder, JSON.stringify(sources)], {
        stdio: 'ignore',
      });
      children.push(child);
      return child;
    };
    const holder = async (): Promise<string | undefined> =>
      (await store.db.selectFrom('source_watch').select('holder').where('source', '=', 'one').execute())[0]?.holder;
    const first = begin('first');
    await until(holder, 'first');
    await until(async () => lists, 1);
    begin('second');
    // The second is up: it has taken what the first does not do any more; the first keeps its own.
    await until(async () => (await listHosts(store)).map(({ name, silent }) => [name, silent]), [['node', false]]);
    first.kill('SIGKILL');
    await until(holder, 'second');
    await until(async () => lists, 2);
    expect(await holder()).toBe('second');
  });

  test.skipIf(missing)('a lease is one holder’s, until it is given back or over; so is how far was read', async () => {
    const ask = (holder: string, seconds = 100) => takeLease(store, { source: 'x', holder, seconds });
    expect([await ask('a'), await ask('b'), await ask('a')]).toEqual([true, false, true]);
    expect(await writeWatchCursor(store, { source: 'x', holder: 'a' }, '42')).toBe(true);
    expect(await writeWatchCursor(store, { source: 'x', holder: 'b' }, '43')).toBe(false);
    await giveLease(store, { source: 'x', holder: 'b' });
    expect(await ask('b')).toBe(false);
    await giveLease(store, { source: 'x', holder: 'a' });
    expect([await ask('b', 0), await ask('a')]).toEqual([true, true]);
    expect(await readWatchCursor(store, 'x')).toBe('42');
  });
});
