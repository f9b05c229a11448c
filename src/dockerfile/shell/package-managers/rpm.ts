import { managerOf, sourceOf, type ManagerTable } from './reader.ts';
import type { PackageAction } from './package-manager.ts';

const actions: Readonly<Record<string, PackageAction>> = {
  install: 'install',
  in: 'install',
  reinstall: 'install',
  localinstall: 'install',
  groupinstall: 'install',
  update: 'upgrade',
  'update-minimal': 'upgrade',
  upgrade: 'upgrade',
  'upgrade-minimal': 'upgrade',
  'distro-sync': 'upgrade',
  remove: 'remove',
  erase: 'remove',
  // `module install`, `group install`.
  module: 'install',
  group: 'install',
  autoremove: 'remove',
  makecache: 'refresh',
  clean: 'clean-cache',
};

const table = {
  ecosystem: 'rpm',
  options: {
    short: 'cdeRx',
    long: ['config', 'enablerepo', 'disablerepo', 'repo', 'repoid', 'exclude', 'installroot', 'releasever', 'setopt'],
  },
  actions,
  request(text: string) {
    const source = text.endsWith('.rpm') && !text.includes('://') ? ('file' as const) : sourceOf(text);
    if (source !== 'registry') return { name: text, version: undefined, source };
    return { ...nameAndVersion(text), source };
  },
  refine({ subcommand, packages }) {
    if (subcommand !== 'module' && subcommand !== 'group') return {};
    const [verb, ...rest] = packages;
    return verb?.text === 'install'
      ? { packages: rest, subcommand: `${subcommand} install` }
      : { action: 'other', packages: [] };
  },
} satisfies Partial<ManagerTable>;

/** yum(8) and what replaced it; `update name` upgrades, and installs nothing. */
export const yum = managerOf({ ...table, name: 'yum', programs: ['yum'] });
export const dnf = managerOf({ ...table, name: 'dnf', programs: ['dnf', 'dnf5', 'tdnf'] });
export const microdnf = managerOf({ ...table, name: 'microdnf', programs: ['microdnf'] });

/**
 * `name-version[-release]` (dnf(8), Specifying Packages): a hyphen may also be part of the name, so that only a part that
 * begins with a digit and has a dot, or is a number, is a version; `@module:stream` has one too.
 */
function nameAndVersion(text: string): { name: string; version: string | undefined } {
  const stream = /^(@?[a-zA-Z][\w.-]*):(\S+)$/.exec(text);
  if (stream !== null) return { name: stream[1]!, version: stream[2] };
  for (let dash = text.indexOf('-', 1); dash > 0; dash = text.indexOf('-', dash + 1)) {
    const rest = text.slice(dash + 1);
    if (/^[0-9]+(?:[.:~^]|-|$)/.test(rest) || rest.startsWith('$')) return { name: text.slice(0, dash), version: rest };
  }
  return { name: text, version: undefined };
}
