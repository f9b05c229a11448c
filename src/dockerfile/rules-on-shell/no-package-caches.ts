import { offeredFix } from '../fix.ts';
import {
  insertion,
  isMounted,
  variablesOf,
  type Invocation,
  type PackageCall,
  type RunsAround,
  type ShellDraft,
  type ShellRule,
  type ShellRun,
  appended,
} from '../shell/index.ts';

/** What a manager leaves behind, and what keeps it from doing so. */
interface Cache {
  readonly alias: string | undefined;
  readonly actions: readonly PackageCall['action'][];
  /** Options of the call with which nothing stays. */
  readonly options: readonly string[];
  /** An option that could be written, after the subcommand. */
  readonly write?: string;
  /** A command that removes it, at the end of the RUN. */
  readonly run?: string;
  /** What that means for what comes later. */
  readonly later?: string;
  /** Places that may be mounted, or removed in the same RUN. */
  readonly places: readonly string[];
  readonly what: string;
  readonly advice: string;
}

const removedLists = 'end the RUN with && rm -rf /var/lib/apt/lists/*, or mount a cache there';

const caches: Readonly<Record<string, Cache>> = {
  apt: {
    alias: 'DL3009',
    actions: ['refresh'],
    options: [],
    run: 'rm -rf /var/lib/apt/lists/*',
    later: ': a later step that installs begins with apt-get update',
    places: ['/var/lib/apt/lists'],
    what: 'the lists of packages in /var/lib/apt/lists',
    advice: removedLists,
  },
  apk: {
    alias: 'DL3019',
    actions: ['install'],
    options: ['--no-cache'],
    write: '--no-cache',
    places: ['/var/cache/apk', '/etc/apk/cache'],
    what: 'the index of packages in /var/cache/apk',
    advice: 'write apk add --no-cache, which needs no apk update',
  },
  yum: {
    alias: 'DL3032',
    actions: ['install'],
    options: [],
    run: 'yum clean all',
    places: ['/var/cache/yum', '/var/cache/dnf'],
    what: 'packages and metadata in /var/cache/yum',
    advice: 'end the RUN with && yum clean all',
  },
  dnf: {
    alias: 'DL3040',
    actions: ['install', 'upgrade'],
    options: [],
    run: 'dnf clean all',
    places: ['/var/cache/dnf', '/var/cache/libdnf5', '/var/cache/yum'],
    what: 'packages and metadata in /var/cache/dnf',
    advice: 'end the RUN with && dnf clean all',
  },
  zypper: {
    alias: 'DL3036',
    actions: ['install'],
    options: [],
    run: 'zypper clean --all',
    places: ['/var/cache/zypp'],
    what: 'packages and metadata in /var/cache/zypp',
    advice: 'end the RUN with && zypper clean --all',
  },
  pip: {
    alias: 'DL3042',
    actions: ['install', 'install-project'],
    options: ['--no-cache-dir', '--no-cache'],
    write: '--no-cache-dir',
    places: ['/root/.cache/pip', '~/.cache/pip'],
    what: 'wheels and archives in ~/.cache/pip',
    advice: 'write pip install --no-cache-dir, or mount a cache at /root/.cache/pip',
  },
  yarn: {
    alias: 'DL3060',
    actions: ['install-project'],
    options: [],
    run: 'yarn cache clean',
    places: ['/usr/local/share/.cache', '/root/.yarn', '/root/.cache/yarn', '~/.cache/yarn', '~/.yarn'],
    what: 'archives of packages in its cache',
    advice: 'end the RUN with && yarn cache clean, or mount a cache at /usr/local/share/.cache',
  },
  npm: {
    alias: undefined,
    actions: ['install', 'install-project'],
    options: [],
    run: 'npm cache clean --force',
    places: ['/root/.npm', '~/.npm'],
    what: 'archives of packages in ~/.npm',
    advice: 'end the RUN with && npm cache clean --force, or mount a cache at /root/.npm',
  },
};

/** No package manager's cache stays in a layer. */
export const noPackageCaches: ShellRule = {
  name: 'no-package-caches',
  summary: 'Caches of package managers are not left in the image.',
  explanation:
    'What a RUN leaves is in its layer for good, even if a later one deletes it; so it is removed in the same RUN, never kept (--no-cache, --no-cache-dir), or lies on a cache mount. Stages whose files are not shipped may leave what they like.',
  category: 'size',
  severity: 'info',
  aliases: ['DL3009', 'DL3019', 'DL3032', 'DL3036', 'DL3040', 'DL3042', 'DL3060'],
  check(run, around) {
    const seen = new Set<string>();
    return run.packages.flatMap((call) => {
      const key = call.manager === 'microdnf' ? 'dnf' : call.manager;
      const cache = Object.hasOwn(caches, key) ? caches[key]! : undefined;
      if (cache === undefined || seen.has(key) || !leaves(call, cache, { run, around })) return [];
      seen.add(key);
      return [draft(call, cache, run)];
    });
  },
};

function leaves(
  call: PackageCall,
  cache: Cache,
  { run, around }: { readonly run: ShellRun; readonly around: RunsAround },
): boolean {
  if (!cache.actions.includes(call.action) || call.has(...cache.options)) return false;
  // hadolint asks this of apt's lists only; the others' caches are found in every stage by users of its ignores.
  if (!around.isShipped && call.manager !== 'pip' && call.manager !== 'apk') return false;
  if (cache.places.some((place) => isMounted(run, place.replace('~', '/root')))) return false;
  if (call.manager === 'pip' && (isPipTold(run, call) || !/^p(?:ip(?!x)|y)/.test(call.invocation.name))) return false;
  return !run.commands.some((command) => removes(command, cache.places)) && !run.packages.some(cleans(call));
}

function removes({ name, args }: Invocation, places: readonly string[]): boolean {
  if (name !== 'rm' && name !== 'find') return false;
  return args.some(({ text }) => places.some((place) => isAbove(text, place)));
}

/** Whether removing a path empties a place: the place, what is in it, or a folder around it. */
function isAbove(text: string, place: string): boolean {
  const path = text.replace(/^\$(?:HOME|\{HOME\})/, '~').replace(/\/?\*?$/, '');
  if (path === '' || path === '~') return false;
  return (
    place === path ||
    place.startsWith(`${path}/`) ||
    place.replace('~', '/root').startsWith(`${path}/`) ||
    place.replace('~', '/root') === path
  );
}

function cleans({ manager }: PackageCall): (other: PackageCall) => boolean {
  // `apt-get clean` removes packages, not lists.
  if (manager === 'apt' || manager === 'apk') return () => false;
  const isRpm = (name: string) => name === 'yum' || name === 'dnf' || name === 'microdnf';
  return (other) =>
    other.action === 'clean-cache' && (other.manager === manager || (isRpm(other.manager) && isRpm(manager)));
}

function isPipTold({ variables, script }: ShellRun, { invocation }: PackageCall): boolean {
  if (variables.has('PIP_NO_CACHE_DIR') || invocation.environment.has('PIP_NO_CACHE_DIR')) return true;
  return variablesOf(script).settings.some(({ name, kind }) => name === 'PIP_NO_CACHE_DIR' && kind === 'declaration');
}

function draft(call: PackageCall, cache: Cache, run: ShellRun): ShellDraft {
  const { name, from, to, args } = call.invocation;
  const subcommand = args.find(({ text }) => text === call.subcommand);
  const edits =
    cache.run !== undefined
      ? appended(run, cache.run)
      : cache.write !== undefined && subcommand !== undefined
        ? [insertion(subcommand.to, ` ${cache.write}`)]
        : undefined;
  const note = `the image lacks ${cache.what}${cache.later ?? ''}`;
  const title = `write ${cache.write ?? `&& ${cache.run ?? ''}`}`;
  const fix = edits && offeredFix(title, edits, { effect: 'contents', note });
  return {
    ...{ from, to, fix },
    message: `${`${name} ${call.subcommand}`.trim()} leaves ${cache.what}`,
    advice: cache.advice,
    severity: cache.alias === 'DL3009' || cache.alias === undefined ? 'info' : 'warning',
    aliases: cache.alias === undefined ? [] : [cache.alias],
  };
}
