import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedCluster } from '../../src/server-store/embedded/cluster.ts';
import { runAs } from '../../src/server-store/embedded/run-as.ts';
import { freePort } from './registry.ts';
import { isRunning, withLock } from './test-cache.ts';

/** A real PostgreSQL that all tests of a run share. Tests of the store run on each. */
export interface PostgresServer {
  readonly name: string;
  /** Why it can't be had here, for `describe.skipIf`. */
  readonly missing?: string;
  /** Starts it where nobody has yet; gives the address of a new and empty database. */
  freshDatabase(): Promise<string>;
}

const folder = join(tmpdir(), `plimsoll-postgres-${(process.env['PLIMSOLL_TEST_RUN'] ?? 'by-hand').slice(0, 8)}`);
const embeddedFolder = join(folder, 'embedded');
const debianFolder = join(folder, 'debian');
const debianBinaries = newestDebian();

/** The embedded one and, over TCP as an organisation's would be, Debian's. */
export const postgresServers: readonly PostgresServer[] = [
  {
    name: 'the embedded PostgreSQL',
    async freshDatabase() {
      mkdirSync(folder, { recursive: true });
      const cluster = new EmbeddedCluster(embeddedFolder);
      await cluster.ensureRunning();
      const { host, user, password } = cluster.address;
      return newDatabase(`postgres://${user}:${password}@localhost/postgres?host=${encodeURIComponent(host)}`);
    },
  },
  {
    name: "Debian's PostgreSQL",
    ...(debianBinaries === undefined ? { missing: 'postgresql is not installed' } : {}),
    freshDatabase: async () => newDatabase(await withLock('postgres', () => startDebian(debianFolder))),
  },
];

/** Stops what this run has started, by its own id, and takes it away. */
export async function stopPostgres(): Promise<void> {
  for (const data of [join(embeddedFolder, 'postgres/data'), join(debianFolder, 'data')]) {
    const pid = postmasterPid(data);
    if (pid === undefined || !isRunning(pid)) continue;
    process.kill(pid, 'SIGINT');
    while (isRunning(pid)) await sleep(20);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The process of the server whose data lie there; undefined where none runs. */
export function postmasterPid(data: string): number | undefined {
  const file = join(data, 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

/** A PostgreSQL of Debian for one test, which does with it what it likes; ends with `stop`. */
export async function ownPostgres(folder: string): Promise<{
  readonly databaseUrl: string;
  /** `pg_ctl restart -m immediate`: as a crash, all connections are cut. */
  restart(): void;
  stop(): Promise<void>;
}> {
  const databaseUrl = await newDatabase(await startDebian(folder));
  const data = join(folder, 'data');
  return {
    databaseUrl,
    restart() {
      const { status, stderr } = spawnSync(
        join(debianBinaries!, 'pg_ctl'),
        ['restart', '-D', data, '-m', 'immediate', '-w', '-l', join(data, 'log')],
        { ...runAs(folder), cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' }, encoding: 'utf8' },
      );
      if (status !== 0) throw new Error(`pg_ctl: ${stderr}`);
    },
    async stop() {
      const pid = postmasterPid(data);
      if (pid !== undefined && isRunning(pid)) process.kill(pid, 'SIGINT');
      while (pid !== undefined && isRunning(pid)) await sleep(20);
    },
  };
}

async function startDebian(folder: string): Promise<string> {
  const data = join(folder, 'data');
  const known = existsSync(join(data, 'postmaster.pid'))
    ? readFileSync(join(data, 'postmaster.pid'), 'utf8')
    : undefined;
  const address = (port: number | string): string => `postgres://plimsoll@127.0.0.1:${port}/postgres`;
  if (known !== undefined) return address(known.split('\n')[3]!);
  mkdirSync(folder, { recursive: true });
  const account = runAs(folder);
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid!);
  const options = { ...account, cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } };
  const made = spawnSync(
    join(debianBinaries!, 'initdb'),
    ['-D', data, '-U', 'plimsoll', '--auth=trust', '--encoding=UTF8', '--no-sync'],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const log = openSync(join(folder, 'log'), 'a');
  const server = spawn(
    join(debianBinaries!, 'postgres'),
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder],
    { ...options, stdio: ['ignore', log, log], detached: true },
  );
  server.unref();
  for (let i = 0; i < 500; i++, await sleep(50)) if (await answers(address(port))) return address(port);
  throw new Error(`Debian's PostgreSQL does not start: ${readFileSync(join(folder, 'log'), 'utf8').slice(-2000)}`);
}

async function answers(address: string): Promise<boolean> {
  const client = new pg.Client(address);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

async function newDatabase(address: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(address);
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  await client.end();
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.href;
}

function newestDebian(): string | undefined {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return undefined;
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? undefined : join(root, newest, 'bin');
}
