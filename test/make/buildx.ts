import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { testCache, withLock } from './test-cache.ts';

const version = 'v0.30.1';

function pluginPath(): string {
  return join(testCache('buildx', version), 'docker-buildx');
}

let reason: Promise<string | undefined> | undefined;

/** Why there can be no docker buildx here, for `describe.skipIf`. Builds it where Go is there: minutes, once a machine. */
export function noBuildxReason(): Promise<string | undefined> {
  return (reason ??= ensure());
}

async function ensure(): Promise<string | undefined> {
  if (!existsSync('/usr/bin/docker')) return 'docker is not installed';
  if (existsSync(pluginPath())) return undefined;
  try {
    await withLock('buildx', async () => {
      if (!existsSync(pluginPath())) await build();
    });
    return undefined;
  } catch (error) {
    return `buildx ${version} could not be built: ${(error as Error).message.split('\n').at(-1)!}`;
  }
}

/** `go install` takes no module that replaces or excludes others: ours repeats what it says. */
async function build(): Promise<void> {
  const module = 'github.com/docker/buildx';
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-buildx-'));
  const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/local/go/bin` };
  const go = (...args: readonly string[]): Promise<string> =>
    runCommand('nice', ['-n', '10', 'go', ...args], { cwd: folder, env, timeoutMs: 1_200_000 });
  try {
    const { Dir: source } = JSON.parse(await go('mod', 'download', '-json', `${module}@${version}`)) as { Dir: string };
    const said = readFileSync(join(source, 'go.mod'), 'utf8');
    const kept = said.match(/^(?:replace|exclude) (?:\([^]*?^\)|.*)$/gm) ?? [];
    const release = /^go .*$/m.exec(said)?.[0] ?? '';
    writeFileSync(
      join(folder, 'go.mod'),
      ['module install', release, `require ${module} ${version}`, ...kept].join('\n'),
    );
    writeFileSync(join(folder, 'tools.go'), `//go:build tools\n\npackage install\n\nimport _ "${module}/cmd/buildx"\n`);
    writeFileSync(join(folder, 'install.go'), 'package install\n');
    writeFileSync(join(folder, 'go.sum'), readFileSync(join(source, 'go.sum')));
    // What only its tests need may be missing.
    await go('mod', 'tidy', '-e').catch(() => undefined);
    const partial = `${pluginPath()}.partial`;
    await go('build', '-trimpath', '-ldflags', '-s -w', '-o', partial, `${module}/cmd/buildx`);
    chmodSync(partial, 0o755);
    renameSync(partial, pluginPath());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes a folder for DOCKER_CONFIG in which the docker command finds the plugin. */
export function dockerConfigWithBuildx(folder: string): string {
  mkdirSync(join(folder, 'cli-plugins'), { recursive: true });
  symlinkSync(pluginPath(), join(folder, 'cli-plugins/docker-buildx'));
  return folder;
}
