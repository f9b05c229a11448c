import { spawn, spawnSync } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CodedError } from '../../model/index.ts';
import { findBinaries } from './binaries.ts';
import { type ClusterFolder, openClusterFolder, withFolderLock } from './folder.ts';

/** How to connect to a server. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

const user = 'plimsoll';
/** After a crash PostgreSQL reads its write-ahead log again, which takes as long as there is log. */
const startTimeoutMs = 300_000;
const longestLogBytes = 16 << 20;

const settings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '128MB',
  wal_compression: 'on',
  // What the ledger promises stands on these two.
  fsync: 'on',
  full_page_writes: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * A PostgreSQL of our own in a folder, reached by a socket in it. Whoever needs it first starts it, whoever leaves last stops it;
 * one that a killed process left running is used on, one that was killed itself is started again.
 */
export class EmbeddedCluster {
  readonly #folder: ClusterFolder;

  /** Makes the folder where it is missing. @throws CodedError */
  constructor(root: string) {
    this.#folder = openClusterFolder(path.resolve(root));
  }

  get address(): ServerAddress {
    const { socket, password } = this.#folder;
    return { host: socket, port: 5432, user, password, database: 'postgres' };
  }

  /** Makes the cluster where there is none, starts it where it does not run. @throws CodedError */
  async ensureRunning(): Promise<void> {
    if (await this.#answersSoon()) return;
    await withFolderLock(this.#folder.root, async () => {
      if (await this.#answersSoon()) return;
      const binaries = findBinaries(path.join(this.#folder.root, 'postgresql'), this.#folder.runAs);
      if (!existsSync(path.join(this.#folder.data, 'PG_VERSION'))) this.#initialise(binaries.initdb);
      await this.#start(binaries.postgres);
    });
  }

  /** Stops it unless another process is connected. Whoever calls it has closed its own connections. */
  async release(): Promise<void> {
    await withFolderLock(this.#folder.root, async () => {
      // Only of a server that has just answered do we know that the file names its process and no other.
      if ((await this.#otherClients()) !== 0) return;
      process.kill(this.#postmasterPid(), 'SIGINT');
      while (existsSync(this.#pidFile)) await sleep(10);
    });
  }

  get #pidFile(): string {
    return path.join(this.#folder.data, 'postmaster.pid');
  }

  #postmasterPid(): number {
    return Number(readFileSync(this.#pidFile, 'utf8').split('\n')[0]);
  }

  #initialise(initdb: string): void {
    const { data, own, password, runAs } = this.#folder;
    // A folder without PG_VERSION is what an interrupted start left behind.
    rmSync(data, { recursive: true, force: true });
    const passwordFile = path.join(own, 'password');
    try {
      writeFileSync(passwordFile, password, { mode: 0o600 });
      if (runAs.uid !== undefined) chownSync(passwordFile, runAs.uid, runAs.gid!);
      const { status, stderr, error } = spawnSync(
        initdb,
        ['-D', data, '-U', user, '--pwfile', passwordFile, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'],
        { ...runAs, cwd: own, env: environment(), encoding: 'utf8' },
      );
      if (status !== 0) throw notStarted(`initdb: ${error?.message ?? lastLines(stderr)}`);
    } catch (error) {
      rmSync(data, { recursive: true, force: true });
      throw error;
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }

  async #start(postgres: string): Promise<void> {
    const { data, socket, own, log, runAs } = this.#folder;
    if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > longestLogBytes) rmSync(log);
    const output = openSync(log, 'a', 0o600);
    const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // Detached: Ctrl-C in the terminal is for us, who stop it when our work is done.
    const server = spawn(postgres, ['-D', data, '-k', socket, '-p', '5432', ...parameters], {
      ...runAs,
      cwd: own,
      env: environment(),
      stdio: ['ignore', output, output],
      detached: true,
    });
    closeSync(output);
    let ended: string | undefined;
    server.on('error', (error) => (ended = error.message));
    server.on('exit', (status, signal) => (ended = `it ended with ${signal ?? status}`));
    server.unref();
    for (const began = Date.now(); Date.now() - began < startTimeoutMs; await sleep(20)) {
      if ((await this.#state()) === 'answers') return;
      if (ended !== undefined) throw notStarted(`${ended}\n${lastLines(readFileSync(log, 'utf8'))}`, log);
    }
    throw notStarted('it does not answer', log);
  }

  /** Whether it runs. One that starts, or that puts itself right after a crash, is waited for. */
  async #answersSoon(): Promise<boolean> {
    for (const began = Date.now(); Date.now() - began < startTimeoutMs; await sleep(20)) {
      const state = await this.#state();
      if (state !== 'not-yet') return state === 'answers';
    }
    throw notStarted('it runs but takes no connections', this.#folder.log);
  }

  async #state(): Promise<'answers' | 'not-yet' | 'absent'> {
    if (!existsSync(path.join(this.#folder.socket, '.s.PGSQL.5432'))) return 'absent';
    try {
      return await this.#withClient(async () => 'answers' as const);
    } catch (error) {
      const { code } = error as { code?: string };
      // A socket that nobody listens on is what a killed one left behind.
      if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'absent';
      // 57P03: it starts, recovers or stops. Without a code: it hung up. Whoever else says no is there to say it.
      return code === undefined || code === '57P03' || code === 'ECONNRESET' || code === 'EPIPE'
        ? 'not-yet'
        : 'answers';
    }
  }

  /** How many others are connected; undefined where the server does not answer. */
  async #otherClients(): Promise<number | undefined> {
    const count = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
    const ask = (): Promise<number> =>
      this.#withClient(async (client) => (await client.query<{ n: number }>(count)).rows[0]!.n);
    try {
      // Connections that we have just closed are counted for a moment.
      for (let i = 0; i < 10 && (await ask()) > 0; i++) await sleep(20);
      return await ask();
    } catch {
      return undefined;
    }
  }

  async #withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ ...this.address, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** PostgreSQL would read PGDATA and the like; and messages are compared by nobody but shown in logs, in English. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join('\n');
}

function notStarted(why: string, log?: string): CodedError {
  return new CodedError('store-not-started', `PostgreSQL could not be started: ${why}`, {
    ...(log === undefined ? {} : { hint: `${log} says more` }),
  });
}
