import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { exportLedger, verifyLedger, ledgerSigner, openFileSink } from '../../src/flows/ledger/index.ts';
import { LedgerWriter, openStore, type Store } from '../../src/server-store/index.ts';
import { postmasterPid } from '../make/postgres.ts';
import { isRunning } from '../make/test-cache.ts';

const folders: string[] = [];
const mounts: string[] = [];

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-crash-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) {
    for (const data of [folder, ...mounts]) await killPostgres(data);
    for (const mount of mounts.splice(0)) spawnSync('umount', [mount]);
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Kills the folder's PostgreSQL, every process of it, as a power cut would. */
async function killPostgres(folder: string): Promise<void> {
  const pid = postmasterPid(join(folder, 'postgres/data'));
  if (pid === undefined || !isRunning(pid)) return;
  const all = [pid, ...childrenOf(pid)];
  for (const each of all) if (isRunning(each)) process.kill(each, 'SIGKILL');
  while (all.some(isRunning)) await sleep(10);
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1] === String(parent);
      } catch {
        return false;
      }
    });
}

interface Load {
  readonly process: ChildProcessWithoutNullStreams;
  /** Hash by sequence, of all that was confirmed. */
  readonly confirmed: Map<number, string>;
  readonly ended: Promise<string>;
}

function startLoad(folder: string): Load {
  const child = spawn('node', [join(import.meta.dirname, '../make/ledger-load.ts'), folder]);
  const confirmed = new Map<number, string>();
  let rest = '';
  let errors = '';
  child.stdout.on('data', (text: Buffer) => {
    const lines = (rest + text.toString()).split('\n');
    // A line that the kill cut off was not confirmed.
    rest = lines.pop()!;
    for (const line of lines) confirmed.set(Number(line.split(' ')[0]), line.split(' ')[1]!);
  });
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const ended = new Promise<string>((resolve) => child.on('close', () => resolve(errors.trim())));
  return { process: child, confirmed, ended };
}

async function untilConfirmed(load: Load, count: number): Promise<void> {
  while (load.confirmed.size < count && load.process.exitCode === null) await sleep(5);
  expect(load.confirmed.size).toBeGreaterThanOrEqual(count);
}

/** Every entry that was confirmed is there with its hash, and the whole verifies by its export. */
async function expectWhole(store: Store, folder: string, confirmed: ReadonlyMap<number, string>): Promise<void> {
  const rows = await store.db.selectFrom('ledger_entry').select(['sequence', 'hash']).orderBy('sequence').execute();
  const kept = new Map(rows.map(({ sequence, hash }) => [sequence, hash.toString('hex')]));
  expect([...confirmed].filter(([sequence, hash]) => kept.get(sequence) !== hash)).toEqual([]);
  const signal = new AbortController().signal;
  const signer = (await ledgerSigner({ folder }, { env: {}, signal }))!;
  const [file, key] = [join(folder, 'ledger.jsonl'), join(folder, 'ledger.pub')];
  const sink = await openFileSink(file, { keepBytes: 0 });
  await exportLedger(store, sink, { format: 'jsonl', after: 0, signer, version: '0', signal });
  await sink.close();
  writeFileSync(key, signer.publicKey.pem);
  expect(await verifyLedger([file], { keyFiles: [key], headFiles: [] })).toMatchObject({
    result: 'intact',
    first: 1,
    last: rows.length,
  });
}

describe('what the ledger has confirmed', () => {
  test('is there after the writer and PostgreSQL were killed in the middle of it, three times over', async () => {
    const folder = freshFolder();
    const confirmed = new Map<number, string>();
    for (let round = 1; round <= 3; round++) {
      const load = startLoad(folder);
      await untilConfirmed(load, 700 * round);
      load.process.kill('SIGKILL');
      await killPostgres(folder);
      await load.ended;
      for (const [sequence, hash] of load.confirmed) confirmed.set(sequence, hash);
    }
    expect(confirmed.size).toBeGreaterThan(4000);
    const store = await openStore({ folder });
    await expectWhole(store, folder, confirmed);
    await store.close();
  });

  test('goes on when PostgreSQL alone is killed: it is started again, and nothing is written twice', async () => {
    const folder = freshFolder();
    const store = await openStore({ folder });
    const writer = new LedgerWriter(store, { maxBatch: 50 });
    const confirmed = new Map<number, string>();
    const names: string[] = [];
    const lanes = Array.from({ length: 20 }, async (_, lane) => {
      for (let i = 0; i < 150; i++) {
        names.push(`${lane}/${i}`);
        const { sequence, hash } = await writer.append({
          actor: { kind: 'human', name: 'ada@example.com', known: 'test' },
          action: 'policy.change',
          subject: { kind: 'policy', name: `${lane}/${i}` },
        });
        confirmed.set(sequence, hash);
      }
    });
    for (const at of [500, 1500, 2500]) {
      while (confirmed.size < at) await sleep(1);
      await killPostgres(folder);
    }
    await Promise.all(lanes);
    await writer.close();
    const kept = await store.db.selectFrom('ledger_entry').select('subject_name').execute();
    expect(kept.map(({ subject_name: name }) => name).sort()).toEqual(names.sort());
    await expectWhole(store, folder, confirmed);
    await store.close();
  });

  const noMount =
    process.getuid?.() === 0 && process.platform === 'linux' ? undefined : 'only root can mount a small disk';
  test.skipIf(noMount)('is there after the disk was full, which is said; with room again it goes on', async () => {
    const folder = freshFolder();
    const small = join(folder, 'disk');
    mkdirSync(small);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=140m,mode=755', 'tmpfs', small]).status).toBe(0);
    mounts.push(small);
    const ballast = join(small, 'ballast');
    writeFileSync(ballast, Buffer.alloc(60 << 20));
    const load = startLoad(small);
    const why = await load.ended;
    expect(why).toMatch(/^store-(?:full|unreachable)$/);
    expect(load.confirmed.size).toBeGreaterThan(1000);
    rmSync(ballast);
    const store = await openStore({ folder: small });
    await expectWhole(store, small, load.confirmed);
    const writer = new LedgerWriter(store);
    const { sequence } = await writer.append({
      actor: { kind: 'automation', name: 'ci', known: 'test' },
      action: 'scan.request',
      subject: { kind: 'image', name: 'after' },
    });
    expect(sequence).toBeGreaterThan(load.confirmed.size);
    await writer.close();
    await store.close();
  });
});
