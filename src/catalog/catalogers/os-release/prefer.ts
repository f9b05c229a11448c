import type { OperatingSystemItem } from '../../../model/index.ts';

/** From the most to the least telling; paths that are not here come last. */
const order = [
  '/etc/os-release',
  '/usr/lib/os-release',
  '/etc/lsb-release',
  '/etc/alpine-release',
  '/etc/arch-release',
  '/etc/centos-release',
  '/etc/rocky-release',
  '/etc/almalinux-release',
  '/etc/oracle-release',
  '/etc/fedora-release',
  '/etc/photon-release',
  '/etc/SuSE-release',
  '/etc/system-release',
  '/etc/redhat-release',
  // Last: derivatives (Ubuntu, Devuan, Kali) keep Debian's file.
  '/etc/debian_version',
];

/**
 * The operating system that several files of one image speak of: os-release before the older release files. Where another
 * file names the same system more exactly (`12.11` in /etc/debian_version for `12`), or the best has no version (Debian's
 * testing), its version is taken over; place and the rest stay those of the best. Undefined where there is none.
 */
export function preferOperatingSystem(items: readonly OperatingSystemItem[]): OperatingSystemItem | undefined {
  const ranked = [...items].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const best = ranked[0];
  if (best === undefined) return undefined;
  const exact = ranked.find(
    ({ id, version }) =>
      id === best.id && version !== best.version && (best.version === '' || version.startsWith(`${best.version}.`)),
  );
  if (exact === undefined) return best;
  const supportEnd = best.supportEnd ?? exact.supportEnd;
  return { ...best, version: exact.version, ...(supportEnd === undefined ? {} : { supportEnd }) };
}

function rank({ path }: OperatingSystemItem): number {
  const index = order.indexOf(path);
  return index < 0 ? order.length : index;
}
