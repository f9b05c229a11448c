import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What the tests use of Debian: engine, registry, package tools, bases for images. */
export const testPackages: readonly string[] = [
  'docker.io',
  'docker-registry',
  'buildah',
  'runc',
  'git',
  'apache2-utils',
  'mmdebstrap',
  'busybox-static',
  'musl',
  'rpm',
  'db5.3-util',
  'zstd',
  'xz-utils',
  'ruby',
  'openssl',
  'zip',
  'isal',
  'db5.3-util',
  'skopeo',
  'time',
  'zsh',
  'fish',
  'postgresql',
  'etcd-server',
  'containerd',
  'containernetworking-plugins',
  'iproute2',
  'iptables',
  'conntrack',
  'gcc',
  'chromium',
  'rsyslog',
];

export interface EnsuredPackages {
  /** Names that are still missing. */
  readonly missing: readonly string[];
  /** Why, where some are. */
  readonly reason?: string;
}

/** Installs the packages that are missing, when this is root on Debian; otherwise says which are. */
export function ensureDebianPackages(names: readonly string[]): EnsuredPackages {
  if (!existsSync('/etc/debian_version') || !existsSync('/usr/bin/dpkg-query'))
    return { missing: names, reason: 'this is no Debian' };
  const missing = missingOf(names);
  if (missing.length === 0) return { missing };
  if (process.getuid?.() !== 0)
    return { missing, reason: `only root can install them: apt-get install ${missing.join(' ')}` };
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  process.stdout.write(`installing ${missing.join(', ')}\n`);
  spawnSync('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const install = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const left = missingOf(names);
  return left.length === 0 ? { missing: left } : { missing: left, reason: `apt-get ended with ${install.status}` };
}

function missingOf(names: readonly string[]): readonly string[] {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], {
    encoding: 'utf8',
  });
  const installed = new Set(
    (stdout ?? '')
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}
