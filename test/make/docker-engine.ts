import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, testCache, withLock } from './test-cache.ts';
import { runCommand, type RunOptions } from './run-command.ts';

/** A real Docker engine of the tests' own: private socket, data and runtime folders, no bridge, no firewall rules. */
export interface DockerEngine {
  /** For DOCKER_HOST. */
  readonly host: string;
  readonly socket: string;
  /** Runs the docker command against it, with the classic builder. */
  docker(args: readonly string[], options?: RunOptions): Promise<string>;
}

const startTimeoutMs = 60_000;

/**
 * The engine that all tests of a run share, started by whoever needs it first and stopped by the run's end
 * (global-setup.ts). Its data stays in the cache, so that built images are there the next time.
 */
export async function dockerEngine(): Promise<DockerEngine> {
  const engine = engineIn(testCache('engine'));
  if (await answers(engine.socket)) return engine;
  return withLock('engine', async () => {
    if (!(await answers(engine.socket))) await start(testCache('engine'), engine.socket);
    return engine;
  });
}

/** Why there can be no engine here, for `describe.skipIf`; undefined where there can. */
export function noEngineReason(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'a Docker engine can only be started by root on Linux';
  return ['/usr/sbin/dockerd', '/usr/bin/dockerd'].some((path) => existsSync(path))
    ? undefined
    : 'dockerd is not installed';
}

function engineIn(folder: string): DockerEngine {
  const socket = join(folder, 'docker.sock');
  const host = `unix://${socket}`;
  return {
    host,
    socket,
    docker: (args, options) =>
      runCommand('docker', args, { ...options, env: { DOCKER_BUILDKIT: '0', ...options?.env, DOCKER_HOST: host } }),
  };
}

interface RunningEngine {
  readonly pid: number;
  /** Which test run started it; empty for those started by hand. */
  readonly run: string;
}

async function start(folder: string, socket: string): Promise<void> {
  rmSync(socket, { force: true });
  rmSync(join(folder, 'docker.pid'), { force: true });
  const log = openSync(join(folder, 'dockerd.log'), 'w');
  const daemon = spawn(
    'dockerd',
    [
      `--host=unix://${socket}`,
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'docker.pid')}`,
      '--bridge=none',
      '--iptables=false',
      '--ip6tables=false',
      '--storage-driver=overlay2',
    ],
    { detached: true, stdio: ['ignore', log, log] },
  );
  daemon.on('error', () => {});
  daemon.unref();
  const pid = daemon.pid;
  if (pid === undefined) throw new Error('dockerd cannot be started');
  writeFileSync(
    join(folder, 'run.json'),
    JSON.stringify({ pid, run: process.env['PLIMSOLL_TEST_RUN'] ?? '' } satisfies RunningEngine),
  );
  for (const start = Date.now(); Date.now() - start < startTimeoutMs; await sleep(100)) {
    if (await answers(socket)) return;
    if (!isRunning(pid)) break;
  }
  throw new Error(`dockerd is not ready:\n${readFileSync(join(folder, 'dockerd.log'), 'utf8').slice(-3000)}`);
}

/** Stops the shared engine by its own id, if this run (or, without a run, anyone) started it. */
export async function stopDockerEngine(run: string | undefined): Promise<void> {
  const file = join(testCache('engine'), 'run.json');
  if (!existsSync(file)) return;
  const running = JSON.parse(readFileSync(file, 'utf8')) as RunningEngine;
  if (run !== undefined && running.run !== run) return;
  if (isRunning(running.pid)) process.kill(running.pid, 'SIGTERM');
  for (let i = 0; i < 300 && isRunning(running.pid); i++) await sleep(100);
  rmSync(file, { force: true });
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
