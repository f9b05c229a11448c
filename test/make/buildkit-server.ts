import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../cli/plimsoll.ts';
import { hasProgram } from './real-images/host.ts';
import type { TestRegistry } from './registry.ts';
import { runCommand } from './run-command.ts';
import { testCache, withLock } from './test-cache.ts';

interface BuildOptions {
  readonly archive: string;
  readonly name: string;
  /** Id to file. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A real BuildKit of one test's own, that takes bases from one registry. */
export interface BuildkitServer {
  /** Builds a context with BuildKit's own Dockerfile reader and writes the image as `docker save` would. */
  build(context: string, options: BuildOptions): Promise<void>;
  stop(): Promise<void>;
}

/** The recipe that builds it from its Go module, where the shared folder is there. */
const recipe = ['../shared', '/work/shared']
  .map((folder) => join(folder.startsWith('/') ? folder : join(root, folder), 'experiments/buildkit/install'))
  .find((path) => existsSync(path));

/** Why there can be no BuildKit here; undefined where there can. */
export function noBuildkitReason(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'BuildKit needs root on Linux here';
  if (!hasProgram('runc')) return 'runc is not installed';
  if (existsSync(join(testCache('tools', 'buildkit'), 'buildkitd'))) return undefined;
  if (!hasProgram('go')) return 'go is not installed, which builds BuildKit';
  return recipe === undefined ? 'the shared folder with the recipe for BuildKit is not there' : undefined;
}

export async function startBuildkit(registry: TestRegistry): Promise<BuildkitServer> {
  const programs = testCache('tools', 'buildkit');
  await withLock('buildkit', async () => {
    if (!existsSync(join(programs, 'buildkitd')))
      await runCommand('bash', [recipe!, programs], { timeoutMs: 1_200_000 });
  });
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-buildkit-'));
  const address = `unix://${join(folder, 'buildkit.sock')}`;
  writeFileSync(
    join(folder, 'buildkit.toml'),
    `root = "${folder}/root"\n[worker.oci]\nenabled = true\n[worker.containerd]\nenabled = false\n[registry."${registry.address}"]\nhttp = true\n`,
  );
  const daemon = spawn(join(programs, 'buildkitd'), ['--config', join(folder, 'buildkit.toml'), '--addr', address], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  const buildctl = (...args: readonly string[]): Promise<string> =>
    runCommand(join(programs, 'buildctl'), ['--addr', address, ...args]);
  for (let tries = 0; ; tries++) {
    if (
      await buildctl('debug', 'workers').then(
        () => true,
        () => false,
      )
    )
      break;
    if (tries === 120) throw new Error('buildkitd is not ready');
    await sleep(250);
  }
  return {
    async build(context, { archive, name, secrets }) {
      await buildctl(
        ...['build', '--progress', 'plain', '--frontend', 'dockerfile.v0'],
        ...['--local', `context=${context}`, '--local', `dockerfile=${context}`],
        // Its own reader, not the image that `# syntax` names: none can be fetched here.
        ...['--opt', 'cmdline=docker/dockerfile:1'],
        ...Object.entries(secrets).flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]),
        ...['--output', `type=docker,name=${name},dest=${archive}`],
      );
    },
    async stop() {
      daemon.kill('SIGTERM');
      await Promise.race([ended, sleep(10_000).then(() => daemon.kill('SIGKILL'))]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
