import { managerOf, sourceOf } from './reader.ts';

/** gem(1): `gem install name:version` or `-v version`. */
export const gem = managerOf({
  name: 'gem',
  programs: ['gem'],
  ecosystem: 'gem',
  options: {
    dropsAfterDashes: true,
    short: 'vingPs',
    long: ['version', 'install-dir', 'bindir', 'platform', 'source', 'trust-policy', 'document', 'build-root', 'file'],
  },
  actions: { install: 'install', i: 'install', uninstall: 'remove', update: 'upgrade', cleanup: 'clean-cache' },
  request(text) {
    const source = text.endsWith('.gem') && !text.includes('://') ? 'file' : sourceOf(text);
    if (source !== 'registry') return { name: text, version: undefined, source };
    const [name, ...version] = text.split(':');
    return { name: name!, version: version.length === 0 ? undefined : version.join(':'), source };
  },
  refine({ packages, value }) {
    const version = value('-v', '--version');
    if (version === undefined) return {};
    return { packages: packages.map((each) => ({ ...each, version: each.version ?? version })) };
  },
});
