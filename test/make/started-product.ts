import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildOnce } from '../../tools/start/build-once.ts';
import { isRunning, withLock } from './test-cache.ts';

const root = resolve(import.meta.dirname, '../..');

/** How a process ended, and what it said. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start` that serves. */
export interface Product {
  readonly url: string;
  /** Logs in, once. */
  readonly logInUrl: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Ends it as Ctrl-C does: the terminal tells all of its processes. */
  interrupt(): Promise<Ended>;
  /** Tells npm alone, as whoever supervises it does. */
  terminate(): Promise<Ended>;
}

/** A user of a checkout: a home, a folder of data, an environment of their own. */
export interface ProductPlace {
  readonly folder: string;
  readonly data: string;
  start(...words: string[]): Promise<Product>;
  /** Any other `npm start -- …`, to its end. */
  run(...words: string[]): Promise<Ended>;
  /** The database's process, while it runs. */
  databasePid(): number | undefined;
  remove(): void;
}

/** @param env what DOCKER_HOST and the like are there. */
export async function productPlace(env: Readonly<Record<string, string>>): Promise<ProductPlace> {
  // One build for all tests, and none while others read it.
  await withLock('dist', () => buildOnce({ root, env: process.env, signal: new AbortController().signal }));
  const folder = mkdtempSync(join(tmpdir(), 'plim-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'home'));
  const data = join(folder, 'data');
  const all = { ...ownEnvironment(), HOME: join(folder, 'home'), PLIMSOLL_DATA: data, ...env };
  const running = new Set<ChildProcess>();
  const npm = (words: readonly string[]) => {
    const child = spawn('npm', ['start', '--silent', '--', ...words], { cwd: root, env: all, detached: true });
    running.add(child);
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (said.stderr += text));
    const ended = new Promise<Ended>((end) =>
      child.once('close', (status) => {
        running.delete(child);
        end({ status, ...said });
      }),
    );
    return { child, said, ended };
  };
  const databasePid = (): number | undefined => {
    const file = join(data, 'postgres/data/postmaster.pid');
    const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
    return pid !== undefined && isRunning(pid) ? pid : undefined;
  };
  return {
    folder,
    data,
    databasePid,
    run: (...words) => npm(words).ended,
    async start(...words) {
      const { child, said, ended } = npm(words);
      let isOver = false;
      void ended.then(() => (isOver = true));
      while (!said.stdout.includes('Ctrl-C ends it')) {
        if (isOver) throw new Error(`npm start ended:\n${said.stderr}${said.stdout}`);
        await sleep(50);
      }
      const url = /^Plimsoll serves (\S+)$/m.exec(said.stdout)![1]!;
      return {
        ...{ url, logInUrl: /^ +(http\S+secret=\S+)$/m.exec(said.stdout)![1]!, ...said },
        interrupt() {
          process.kill(-child.pid!, 'SIGINT');
          return ended;
        },
        terminate() {
          child.kill('SIGTERM');
          return ended;
        },
      };
    },
    remove() {
      for (const child of running) process.kill(-child.pid!, 'SIGKILL');
      const pid = databasePid();
      if (pid !== undefined) process.kill(pid, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
}

/** Nothing of the test run itself, nor of an npm around it. */
function ownEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(?:PLIMSOLL_|VITEST|NODE_|XDG_|DOCKER_|npm_|INIT_CWD|TEST$|CI$)/.test(entry[0]),
  );
  return Object.fromEntries(kept);
}
