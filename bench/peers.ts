import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Installs the scanners that Plimsoll is measured against, as far as the package registries have them, in a cache outside
 * the tree: `node bench/peers.ts`. Says what could not be had.
 */

const folder = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'plimsoll-test', 'peers');

const goPeers = {
  syft: 'github.com/anchore/syft/cmd/syft@v1.52.0',
  grype: 'github.com/anchore/grype/cmd/grype@v0.110.0',
} as const;

/** Built inside a module of its own: its go.mod replaces modules, which `go install` refuses. */
const trivyModule = 'github.com/aquasecurity/trivy@v0.74.0';

/** Where a peer's program is, if it is installed. */
export function peer(name: 'syft' | 'grype' | 'trivy'): string | undefined {
  const file = path.join(folder, name);
  return fs.existsSync(file) ? file : undefined;
}

function install(): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, module] of Object.entries(goPeers)) {
    if (peer(name as 'syft') !== undefined) continue;
    const { status } = spawnSync('go', ['install', module], {
      stdio: 'inherit',
      env: { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod' },
    });
    process.stdout.write(
      status === 0 ? `${name}: installed\n` : `${name}: could not be built (go ended with ${status})\n`,
    );
  }
  if (peer('trivy') === undefined) installTrivy();
}

function installTrivy(): void {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-trivy-'));
  const env = { ...process.env, CGO_ENABLED: '0', GOEXPERIMENT: 'jsonv2', GOFLAGS: '-mod=mod' };
  const [module] = trivyModule.split('@');
  const steps = [
    ['mod', 'init', 'peer'],
    ['get', trivyModule],
    ['build', '-trimpath', '-o', path.join(folder, 'trivy'), `${module}/cmd/trivy`],
  ];
  const failed = steps.find((step) => spawnSync('go', step, { cwd: work, stdio: 'inherit', env }).status !== 0);
  fs.rmSync(work, { recursive: true, force: true });
  process.stdout.write(
    failed === undefined ? 'trivy: installed\n' : `trivy: could not be built (go ${failed.join(' ')})\n`,
  );
}

if (import.meta.main) install();
