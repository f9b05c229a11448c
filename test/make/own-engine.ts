import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './run-command.ts';
import { testCache } from './test-cache.ts';

/** A Docker engine of one test's own, in a network namespace of its own, that can be killed and started again. */
export interface OwnEngine {
  readonly socket: string;
  readonly host: string;
  docker(args: readonly string[]): Promise<string>;
  /** Ends it at once, as a crash does; containers go on with `--live-restore`. */
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the folder of an engine and starts it. @param extra further arguments of dockerd. */
export async function startOwnEngine(extra: readonly string[] = []): Promise<OwnEngine> {
  // Below the cache: overlay2 needs a real disk, and sockets short names.
  const folder = mkdtempSync(join(testCache('engine'), 'own-'));
  const socket = join(folder, 's');
  let daemon: ChildProcess | undefined;
  const exited = async (child: ChildProcess | undefined): Promise<void> => {
    for (let i = 0; i < 400 && child !== undefined && child.exitCode === null && child.signalCode === null; i++)
      await sleep(25);
  };
  const docker = (args: readonly string[]): Promise<string> =>
    runCommand('docker', args, { env: { DOCKER_BUILDKIT: '0', DOCKER_HOST: `unix://${socket}` } });

  async function start(): Promise<void> {
    rmSync(join(folder, 'docker.pid'), { force: true });
    const log = openSync(join(folder, 'log'), 'a');
    daemon = spawn(
      'unshare',
      [
        ...['-n', '--', 'dockerd', `--host=unix://${socket}`, `--data-root=${join(folder, 'data')}`],
        ...[`--exec-root=${join(folder, 'exec')}`, `--pidfile=${join(folder, 'docker.pid')}`, '--bridge=none'],
        ...['--iptables=false', '--ip6tables=false', '--storage-driver=overlay2', '--live-restore', ...extra],
      ],
      { stdio: ['ignore', log, log] },
    );
    daemon.on('error', () => {});
    for (let i = 0; i < 600 && daemon.exitCode === null; i++, await sleep(100)) if (await answers(socket)) return;
    throw new Error(`dockerd is not ready:\n${readFileSync(join(folder, 'log'), 'utf8').slice(-3000)}`);
  }

  await start();
  return {
    socket,
    host: `unix://${socket}`,
    docker,
    start,
    async kill() {
      daemon?.kill('SIGKILL');
      await exited(daemon);
      // A machine that crashes takes it along; without its parent it would be in the next one's way.
      await stopContainerd(folder, 'SIGKILL');
      for (const name of ['containerd.pid', 'containerd.sock', 'containerd.sock.ttrpc', 'containerd-debug.sock'])
        rmSync(join(folder, 'exec/containerd', name), { force: true });
    },
    async remove() {
      const ids = (await docker(['ps', '--quiet', '--no-trunc']).catch(() => '')).split('\n').filter((id) => id !== '');
      if (ids.length > 0) await docker(['rm', '--force', ...ids]).catch(() => undefined);
      daemon?.kill('SIGTERM');
      await exited(daemon);
      await stopContainerd(folder, 'SIGTERM');
      stopShims(folder);
      for (const mount of mountsBelow(folder)) await runCommand('umount', ['-l', mount]).catch(() => undefined);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Its containerd outlives an engine that was killed; it is known by the file that the engine wrote. */
async function stopContainerd(folder: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  let pid: number;
  try {
    pid = Number(readFileSync(join(folder, 'exec/containerd/containerd.pid'), 'utf8'));
  } catch {
    return;
  }
  const isThere = (): boolean => readCommand(pid).includes(folder);
  if (pid > 1 && isThere()) process.kill(pid, signal);
  for (let i = 0; i < 200 && isThere(); i++) await sleep(25);
}

/** What keeps containers outlives both where the engine could not be started again; each names our folder. */
function stopShims(folder: string): void {
  for (const pid of readdirSync('/proc').map(Number))
    if (pid > 1 && readCommand(pid).includes(`\0-address\0${folder}/`)) {
      for (const child of readChildren(pid)) process.kill(child, 'SIGKILL');
      process.kill(pid, 'SIGKILL');
    }
}

function readChildren(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text
      .split(' ')
      .map(Number)
      .filter((child) => child > 1);
  } catch {
    return [];
  }
}

function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((place) => place.startsWith(`${folder}/`))
    .sort()
    .reverse();
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get({ socketPath: socket, path: '/_ping', timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/** An image of one static program that sleeps. */
export async function importBusybox(engine: OwnEngine): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-box-'));
  mkdirSync(join(folder, 'root/bin'), { recursive: true });
  cpSync('/usr/bin/busybox', join(folder, 'root/bin/busybox'), { dereference: true });
  spawnSync('ln', ['-s', 'busybox', join(folder, 'root/bin/sh')]);
  spawnSync('tar', ['-cf', join(folder, 'box.tar'), '-C', join(folder, 'root'), '.']);
  await engine.docker([
    'import',
    '--change',
    'CMD ["/bin/busybox","sleep","100000"]',
    join(folder, 'box.tar'),
    'box:1',
  ]);
  rmSync(folder, { recursive: true, force: true });
}
