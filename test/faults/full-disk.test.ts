import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openStore } from '../../src/server-store/index.ts';
import { postmasterPid } from '../make/postgres.ts';
import { isRunning } from '../make/test-cache.ts';
import type { Caller } from '../make/test-server.ts';
import { Clients, wishes } from './clients.ts';
import { endAll, freshFolder, Serving } from './serving.ts';
import { expectDoneOnce, expectLedgerVerifies } from './whole-store.ts';

const mounts: string[] = [];

afterEach(async () => {
  for (const mount of mounts.splice(0)) {
    await stopPostgres(mount);
    spawnSync('umount', [mount]);
  }
  await endAll();
});

async function stopPostgres(folder: string): Promise<void> {
  const pid = postmasterPid(join(folder, 'postgres/data'));
  if (pid === undefined || !isRunning(pid)) return;
  process.kill(pid, 'SIGQUIT');
  while (isRunning(pid)) await sleep(10);
}

/** Takes all the room that is left. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (let size = 1 << 20; size >= 4096;)
      try {
        if (writeSync(descriptor, Buffer.alloc(size)) < size) size >>= 1;
      } catch {
        size >>= 1;
      }
  } finally {
    closeSync(descriptor);
  }
}

const noMount =
  process.getuid?.() === 0 && process.platform === 'linux' ? undefined : 'only root can mount a small disk';

test.skipIf(noMount)(
  'a server whose disk is full says so, loses nothing that it confirmed, and goes on with room again',
  async () => {
    const data = join(freshFolder(), 'disk');
    mkdirSync(data);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=200m,mode=755', 'tmpfs', data]).status).toBe(0);
    mounts.push(data);
    const where = { data, args: ['--scans', '0'] };
    const serving = new Serving(where);
    const call = (): Promise<Caller> => serving.caller;
    const ready = async (): Promise<{ status: number; why?: string }> => {
      const { status, body } = await (await call())<{ why?: string }>('GET', '/readyz');
      return { status, ...body };
    };
    await call();
    expect((await ready()).status).toBe(200);
    const ballast = join(data, 'ballast');
    const list = wishes(400, ['record', 'waiver']);
    const clients = new Clients(list, { lanes: 4, call });
    await clients.until(10);
    fill(ballast);
    // Whatever PostgreSQL had put by is used up, too.
    while (![...clients.refused.keys()].some((each) => /^50[37] store-/.test(each)) && clients.granted.length < 400)
      await sleep(5);
    expect(await ready()).toMatchObject({ status: 503, why: expect.stringMatching(/no room|room left/) as string });
    rmSync(ballast);
    await clients.done;
    expect(await ready()).toMatchObject({ status: 200 });
    expect([...clients.refused.keys()].filter((each) => !/^50[37] store-|^409 key-in-use$/.test(each))).toEqual([]);
    expect(clients.unmannered).toEqual([]);
    await serving.stop();
    const store = await openStore({ folder: data });
    await expectDoneOnce(store, list, clients.granted);
    await store.close();
    expectLedgerVerifies(where);
  },
);
