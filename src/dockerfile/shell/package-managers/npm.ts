import { managerOf, sourceOf, type ManagerTable } from './reader.ts';

/** `name@version`, `@scope/name@version`, and what is no name of the registry (npm-install(1)). */
function request(text: string): ReturnType<ManagerTable['request']> {
  const alias = /^(@?[^@]+)@npm:(.+)$/.exec(text);
  const target = alias?.[2] ?? text;
  const isFile = /\.(?:tgz|tar\.gz|tar)$/.test(target) && !target.includes('://');
  const source = isFile ? 'file' : sourceOf(target);
  if (source !== 'registry') return { name: target, version: undefined, source };
  // `owner/repository` is one of GitHub.
  if (/^[^@/\s]+\/[^/\s]+$/.test(target))
    return { name: target, version: target.split('#')[1], source: 'version-control' };
  const at = target.indexOf('@', 1);
  if (at < 0) return { name: target, version: undefined, source };
  return { name: target.slice(0, at), version: target.slice(at + 1), source };
}

const valued = ['prefix', 'registry', 'cache', 'loglevel', 'omit', 'include', 'workspace', 'tag', 'userconfig', 'cwd'];

function ofProject(call: { readonly action: string; readonly packages: readonly unknown[] }) {
  return call.action === 'install' && call.packages.length === 0 ? { action: 'install-project' as const } : {};
}

/** npm(1). */
export const npm = managerOf({
  name: 'npm',
  programs: ['npm'],
  ecosystem: 'npm',
  options: { short: 'Cw', long: valued },
  actions: {
    install: 'install',
    i: 'install',
    in: 'install',
    add: 'install',
    isntall: 'install',
    ci: 'install-project',
    'clean-install': 'install-project',
    uninstall: 'remove',
    remove: 'remove',
    rm: 'remove',
    update: 'upgrade',
    up: 'upgrade',
    upgrade: 'upgrade',
    cache: 'clean-cache',
  },
  request,
  refine: ofProject,
});

/** yarn of both generations; `yarn global add` is read as `add` with what follows. */
export const yarn = managerOf({
  name: 'yarn',
  programs: ['yarn', 'yarnpkg'],
  ecosystem: 'npm',
  options: { short: '', long: valued },
  actions: {
    install: 'install',
    add: 'install',
    global: 'install',
    remove: 'remove',
    upgrade: 'upgrade',
    up: 'upgrade',
    cache: 'clean-cache',
  },
  withoutSubcommand: 'install-project',
  request,
  refine(call) {
    if (call.subcommand !== 'global') return ofProject(call);
    const [subcommand, ...packages] = call.packages;
    return subcommand?.text === 'add' ? { packages, subcommand: 'global add' } : { action: 'other', packages: [] };
  },
});

/** pnpm. */
export const pnpm = managerOf({
  name: 'pnpm',
  programs: ['pnpm'],
  ecosystem: 'npm',
  options: { short: 'CF', long: [...valued, 'filter', 'dir', 'store-dir'] },
  actions: {
    install: 'install',
    i: 'install',
    add: 'install',
    remove: 'remove',
    rm: 'remove',
    update: 'upgrade',
    up: 'upgrade',
    store: 'clean-cache',
  },
  request,
  refine: ofProject,
});
