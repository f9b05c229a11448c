import { managerOf, sourceOf, splitVersion } from './reader.ts';

/** apk(8) of Alpine. */
export const apk = managerOf({
  name: 'apk',
  programs: ['apk'],
  ecosystem: 'apk',
  options: {
    short: 'XpPt',
    long: [
      'repository',
      'root',
      'virtual',
      'keys-dir',
      'repositories-file',
      'wait',
      'arch',
      'cache-dir',
      'cache-max-age',
    ],
  },
  actions: {
    add: 'install',
    del: 'remove',
    update: 'refresh',
    upgrade: 'upgrade',
    fix: 'other',
    cache: 'clean-cache',
  },
  request(text) {
    const source = text.endsWith('.apk') ? 'file' : sourceOf(text);
    if (source !== 'registry') return { name: text, version: undefined, source };
    return { ...splitVersion(text, /[=<>~@]/), source };
  },
});
