import { managerOf, sourceOf } from './reader.ts';

/** `cargo install name@version` or `--version` (cargo-install(1)). */
export const cargo = managerOf({
  name: 'cargo',
  programs: ['cargo'],
  ecosystem: 'cargo',
  options: {
    short: 'jFZ',
    long: [
      'version',
      'vers',
      'git',
      'branch',
      'tag',
      'rev',
      'path',
      'root',
      'registry',
      'index',
      'features',
      'jobs',
      'target',
      'profile',
      'bin',
      'config',
    ],
  },
  actions: { install: 'install', binstall: 'install', uninstall: 'remove' },
  request(text) {
    const source = sourceOf(text);
    if (source !== 'registry') return { name: text, version: undefined, source };
    const at = text.indexOf('@');
    return { name: at < 0 ? text : text.slice(0, at), version: at < 0 ? undefined : text.slice(at + 1), source };
  },
  refine({ packages, value, has }) {
    const version = value('--version', '--vers');
    const source = has('--git') ? 'version-control' : has('--path') ? 'file' : undefined;
    return {
      packages: packages.map((each) => ({ ...each, version: each.version ?? version, source: source ?? each.source })),
    };
  },
});
