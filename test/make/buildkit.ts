import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './run-command.ts';
import { isRunning, testCache, withLock } from './test-cache.ts';

/** A real BuildKit daemon of one test file's own. */
export interface BuildKit {
  /** For BUILDKIT_HOST. */
  readonly host: string;
  /** The folder that has buildctl. */
  readonly programs: string;
  stop(): Promise<void>;
}

const version = 'v0.33.1';
/** Builds it from its Go module: beside the checkouts, as ../shared is for those in /work. */
const installScripts = [
  join(import.meta.dirname, '../../../shared/experiments/buildkit/install'),
  '/work/shared/experiments/buildkit/install',
];

function programFolder(): string {
  return join(testCache('buildkit'), version);
}

/** Why there can be no BuildKit here, for `describe.skipIf`; undefined where there can. */
export function noBuildKitReason(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'BuildKit can only be started by root on Linux';
  if (!['/usr/sbin/runc', '/usr/bin/runc'].some((path) => existsSync(path))) return 'runc is not installed';
  if (existsSync(join(programFolder(), 'buildctl'))) return undefined;
  if (!installScripts.some((path) => existsSync(path))) return '../shared/experiments/buildkit is not there';
  return existsSync('/usr/local/go/bin/go') || existsSync('/usr/bin/go') ? undefined : 'Go is not installed';
}

/** Builds the programs where nobody did yet: some minutes, once a machine. */
async function programs(): Promise<string> {
  const folder = programFolder();
  if (existsSync(join(folder, 'buildctl'))) return folder;
  return withLock('buildkit', async () => {
    if (existsSync(join(folder, 'buildctl'))) return folder;
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    const script = installScripts.find((path) => existsSync(path))!;
    const path = `${process.env['PATH'] ?? ''}:/usr/local/go/bin`;
    await runCommand('bash', [script, partial], { env: { ...process.env, PATH: path }, timeoutMs: 900_000 });
    renameSync(partial, folder);
    return folder;
  });
}

/** Starts a daemon that takes images from the registries without TLS. */
export async function startBuildKit(plainRegistries: readonly string[]): Promise<BuildKit> {
  const bin = await programs();
  const folder = mkdtempSync(join(testCache('buildkit'), 'run-'));
  const socket = join(folder, 'buildkitd.sock');
  const config = join(folder, 'buildkitd.toml');
  mkdirSync(join(folder, 'root'));
  writeFileSync(
    config,
    [
      `root = "${join(folder, 'root')}"`,
      '[worker.oci]\n  enabled = true\n  networkMode = "host"\n[worker.containerd]\n  enabled = false',
      ...plainRegistries.map((address) => `[registry."${address}"]\n  http = true`),
    ].join('\n'),
  );
  const log = openSync(join(folder, 'log'), 'w');
  const daemon = spawn(join(bin, 'buildkitd'), ['--config', config, '--addr', `unix://${socket}`], {
    stdio: ['ignore', log, log],
  });
  daemon.on('error', () => {});
  const pid = daemon.pid;
  if (pid === undefined) throw new Error('buildkitd cannot be started');
  const stop = async (): Promise<void> => {
    if (isRunning(pid)) daemon.kill('SIGTERM');
    for (let i = 0; i < 200 && daemon.exitCode === null && daemon.signalCode === null; i++) await sleep(50);
    rmSync(folder, { recursive: true, force: true });
  };
  const host = `unix://${socket}`;
  for (let i = 0; i < 300; i++) {
    if (daemon.exitCode !== null) break;
    try {
      await runCommand(join(bin, 'buildctl'), ['--addr', host, 'debug', 'workers']);
      return { host, programs: bin, stop };
    } catch {
      await sleep(100);
    }
  }
  const said = readFileSync(join(folder, 'log'), 'utf8').slice(-2000);
  await stop();
  throw new Error(`buildkitd is not ready:\n${said}`);
}
