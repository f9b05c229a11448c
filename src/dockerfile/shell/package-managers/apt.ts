import { managerOf, sourceOf, splitVersion } from './reader.ts';

/** apt-get(8), apt(8), aptitude(8). */
export const apt = managerOf({
  name: 'apt',
  programs: ['apt-get', 'apt', 'aptitude'],
  ecosystem: 'deb',
  options: {
    short: 'otca',
    long: ['option', 'target-release', 'default-release', 'config-file', 'host-architecture', 'build-profiles'],
  },
  actions: {
    install: 'install',
    reinstall: 'install',
    'build-dep': 'other',
    update: 'refresh',
    upgrade: 'upgrade',
    'dist-upgrade': 'upgrade',
    'full-upgrade': 'upgrade',
    'safe-upgrade': 'upgrade',
    remove: 'remove',
    purge: 'remove',
    autoremove: 'remove',
    'auto-remove': 'remove',
    autopurge: 'remove',
    clean: 'clean-cache',
    autoclean: 'clean-cache',
  },
  request(text) {
    const source = text.endsWith('.deb') && !text.includes('://') ? 'file' : sourceOf(text);
    if (source !== 'registry') return { name: text, version: undefined, source };
    // `name/release` asks for a release, `name-` and `name+` for removal and installing.
    return { ...splitVersion(text, /[=/]/), source };
  },
});
