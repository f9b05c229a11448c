/** What a one-line release file says. */
export interface ReleaseLine {
  readonly id: string;
  readonly version: string;
  readonly codename?: string;
  readonly prettyName: string;
}

/** How distributions call themselves in their release files, and by which os-release ID they go. */
const names: readonly (readonly [beginning: string, id: string])[] = [
  ['alibaba cloud linux', 'alinux'],
  ['almalinux', 'almalinux'],
  ['amazon linux', 'amzn'],
  ['azure linux', 'azurelinux'],
  ['cbl-mariner', 'mariner'],
  ['centos', 'centos'],
  ['fedora', 'fedora'],
  ['mageia', 'mageia'],
  ['openeuler', 'openeuler'],
  ['opensuse', 'opensuse'],
  ['oracle linux', 'ol'],
  ['red hat enterprise linux', 'rhel'],
  ['rocky linux', 'rocky'],
  ['scientific linux', 'scientific'],
  ['suse linux enterprise', 'sles'],
  ['vmware photon', 'photon'],
];

/** Reads `CentOS Linux release 7.9.2009 (Core)` and its like; undefined where the name is not known. */
export function readReleaseLine(text: string): ReleaseLine | undefined {
  const line = (text.split('\n', 1)[0] ?? '').trim().slice(0, 200);
  const lower = line.toLowerCase();
  const id = names.find(([beginning]) => lower.startsWith(beginning))?.[1];
  if (id === undefined) return undefined;
  const version = line.split(' ').find((word) => /^v?[0-9][0-9.]*$/.test(word)) ?? '';
  const open = line.lastIndexOf('(');
  const codename = open < 0 ? '' : line.slice(open + 1).replace(/\).*$/, '');
  return {
    id,
    version: version.replace(/^v/, ''),
    ...(codename === '' ? {} : { codename }),
    prettyName: line,
  };
}
