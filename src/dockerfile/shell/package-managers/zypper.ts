import { managerOf, sourceOf, splitVersion } from './reader.ts';

/** zypper(8). */
export const zypper = managerOf({
  name: 'zypper',
  programs: ['zypper'],
  ecosystem: 'rpm',
  options: {
    short: 'rRctpDC',
    long: ['repo', 'root', 'config', 'type', 'plus-repo', 'reposd-dir', 'cache-dir', 'from', 'name'],
  },
  actions: {
    install: 'install',
    in: 'install',
    remove: 'remove',
    rm: 'remove',
    refresh: 'refresh',
    ref: 'refresh',
    update: 'upgrade',
    up: 'upgrade',
    'dist-upgrade': 'upgrade',
    dup: 'upgrade',
    patch: 'upgrade',
    clean: 'clean-cache',
    cc: 'clean-cache',
  },
  request(text) {
    const source = text.endsWith('.rpm') && !text.includes('://') ? 'file' : sourceOf(text);
    if (source !== 'registry') return { name: text, version: undefined, source };
    return { ...splitVersion(text, /[=<>~]/), source };
  },
});
