import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/server-store/index.ts';
import { Place } from '../cli/plimsoll.ts';
import { postmasterPid } from '../make/postgres.ts';
import { isRunning } from '../make/test-cache.ts';

const folders: string[] = [];
const isRoot = process.getuid?.() === 0;

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-embedded-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

function pidIn(folder: string): number | undefined {
  return postmasterPid(join(folder, 'postgres/data'));
}

afterEach(async () => {
  for (const folder of folders.splice(0)) {
    const pid = pidIn(folder);
    if (pid !== undefined && isRunning(pid)) {
      process.kill(pid, 'SIGINT');
      while (isRunning(pid)) await sleep(10);
    }
    rmSync(folder, { recursive: true, force: true });
  }
});

const script = `
  const { openStore, LedgerWriter } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/server-store/index.ts'))});
  const store = await openStore({ folder: process.argv[1] });
  const writer = new LedgerWriter(store);
  const { sequence } = await writer.append({ actor: { kind: 'human', name: 'ada', known: 'test' }, action: 'test.run', subject: { kind: 'test', name: 'x' } });
  await writer.close();
  console.log(sequence);
  if (process.argv[2] === 'hang') setInterval(() => {}, 1000);
  else await store.close();
`;

function run(folder: string, options: { readonly hang?: boolean; readonly uid?: number } = {}) {
  const { hang = false, uid } = options;
  const child = spawn('node', ['--input-type=module', '-e', script, folder, hang ? 'hang' : 'leave'], {
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let output = '';
  const said = new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      resolve();
    });
    child.stderr.on('data', (text: Buffer) => (output += text.toString()));
    child.on('close', () => resolve());
  });
  const ended = new Promise<string>((resolve) => child.on('close', () => resolve(output.trim())));
  return { child, said, ended };
}

describe('the embedded PostgreSQL', () => {
  test('is there for any number of processes that start at once, and stops when the last leaves', async () => {
    const folder = freshFolder();
    const outputs = await Promise.all(Array.from({ length: 3 }, () => run(folder).ended));
    expect(outputs.toSorted()).toEqual(['1', '2', '3']);
    expect(pidIn(folder)).toBeUndefined();
    expect(await run(folder).ended).toBe('4');
  });

  test('is not made by a command that asks for what is kept, nor is a key for it', async () => {
    const place = new Place();
    const folder = join(freshFolder(), 'misspelt');
    const backup = `${folder}.backup`;
    for (const args of [
      ['store', 'backup', backup],
      ['store', 'export'],
      ['ledger', 'export'],
      ['ledger', 'head', '--public-key'],
      ['policy', 'simulate', 'production'],
      ['rejudge'],
      ['login', 'link'],
    ])
      expect(await place.plimsoll([...args, '--data', folder]), args.join(' ')).toMatchObject({
        status: 64,
        stdout: '',
        stderr: expect.stringContaining(`there is no store in ${folder} (store-missing)`) as string,
      });
    expect([existsSync(folder), existsSync(backup)]).toEqual([false, false]);
    place.remove();
  });

  test('that a killed process left running is used on, and stopped by whoever leaves last', async () => {
    const folder = freshFolder();
    const killed = run(folder, { hang: true });
    await killed.said;
    const pid = pidIn(folder)!;
    killed.child.kill('SIGKILL');
    await killed.ended;
    const store = await openStore({ folder });
    expect(pidIn(folder)).toBe(pid);
    expect(await run(folder).ended).toBe('2');
    expect(pidIn(folder), 'we are still there').toBe(pid);
    await store.close();
    expect(pidIn(folder)).toBeUndefined();
  });

  test('is closed to other accounts, and to whoever has not the password', async () => {
    const folder = freshFolder();
    const store = await openStore({ folder });
    const mode = (name: string): string => (statSync(join(folder, name)).mode & 0o777).toString(8);
    expect(['postgres', 'postgres/data', 'postgres/socket', 'database-password'].map(mode)).toEqual([
      '700',
      '700',
      '700',
      '600',
    ]);
    const socket = encodeURIComponent(join(folder, 'postgres/socket'));
    await expect(
      openStore({ databaseUrl: `postgres://plimsoll:wrong@localhost/postgres?host=${socket}` }),
    ).rejects.toMatchObject({ code: 'store-refused' });
    const { rows } = await store.pool.use((client) =>
      client.query<{ listen_addresses: string }>('SHOW listen_addresses'),
    );
    expect(rows[0]!.listen_addresses).toBe('');
    await store.close();
  });

  test('serves what may wait at a lower priority than the rest', async () => {
    const folder = freshFolder();
    const [usual, background] = [await openStore({ folder }), await openStore({ folder, isBackground: true })];
    const nicenessOf = async (store: Store): Promise<number> =>
      getPriority(
        (await store.pool.use((client) => client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))).rows[0]!
          .pid,
      );
    expect((await nicenessOf(background)) - (await nicenessOf(usual))).toBe(10 - getPriority());
    await usual.close();
    await background.close();
  });

  test('begins anew where its first start was cut off', async () => {
    const folder = freshFolder();
    await (await openStore({ folder })).close();
    rmSync(join(folder, 'postgres/data/PG_VERSION'));
    expect(await run(folder).ended).toBe('1');
  });

  test('says which folder it can’t use', async () => {
    const long = join(freshFolder(), 'a'.repeat(100));
    await expect(openStore({ folder: long })).rejects.toMatchObject({ code: 'store-folder-unusable' });
    const file = join(import.meta.dirname, 'embedded.test.ts');
    await expect(openStore({ folder: file })).rejects.toMatchObject({ code: 'store-folder-unusable' });
    expect(existsSync(long)).toBe(false);
  });

  test.skipIf(!isRoot && 'only root can close a folder to others and run as another account')(
    'runs as root under an account that may enter the folder, and as any account',
    async () => {
      const closed = freshFolder();
      chmodSync(closed, 0o700);
      mkdirSync(join(closed, 'below'));
      await expect(openStore({ folder: join(closed, 'below') })).rejects.toMatchObject({
        code: 'store-folder-unusable',
        message: expect.stringContaining(`${closed} is closed to the account that runs PostgreSQL`) as string,
      });
      const own = freshFolder();
      chownSync(own, 65_534, 65_534);
      expect(await run(own, { uid: 65_534 }).ended).toBe('1');
      expect(statSync(join(own, 'postgres')).uid).toBe(65_534);
      // Root goes on with what the account has made.
      expect(await run(own).ended).toBe('2');
    },
  );
});
