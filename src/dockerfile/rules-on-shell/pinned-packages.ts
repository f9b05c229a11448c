import { enumerated, type PackageCall, type PackageRequest, type ShellRule } from '../shell/index.ts';

/** hadolint's rule for each manager; the others are ours alone. */
const aliasOf: Readonly<Record<string, string>> = {
  apt: 'DL3008',
  apk: 'DL3018',
  yum: 'DL3033',
  dnf: 'DL3041',
  microdnf: 'DL3041',
  zypper: 'DL3037',
  pip: 'DL3013',
  npm: 'DL3016',
  gem: 'DL3028',
  go: 'DL3062',
};

const howTo: Readonly<Record<string, string>> = {
  deb: 'write NAME=VERSION',
  apk: 'write NAME=VERSION, or NAME~VERSION for all of its patches',
  rpm: 'write NAME-VERSION',
  pypi: 'write NAME==VERSION, or list all with hashes in a requirements file',
  npm: 'write NAME@VERSION, or list it in package.json with a lock file',
  gem: 'write NAME:VERSION, or list it in a Gemfile with its lock file',
  golang: 'write PATH@vVERSION',
  cargo: 'write NAME@VERSION with --locked',
};

/** Words that stand for whatever is newest. */
const moving = new Set(['latest', 'upgrade', 'patch', 'main', 'master', 'HEAD', '*', 'x', '']);

/** Every package has a version. */
export const pinnedPackages: ShellRule = {
  name: 'pinned-packages',
  summary: 'Packages are installed in a version that the Dockerfile names.',
  explanation:
    'Without a version the same Dockerfile gives another image tomorrow, and nobody can tell what was in the one that failed. Ranges of pip and npm count as versions, latest and branches do not. Packages from a project’s own list, from files and from addresses are not asked about.',
  category: 'supply-chain',
  severity: 'warning',
  aliases: ['DL3008', 'DL3013', 'DL3016', 'DL3018', 'DL3028', 'DL3033', 'DL3037', 'DL3041', 'DL3062'],
  check({ packages }) {
    return packages.filter(({ action }) => action === 'install').flatMap((call) => check(call));
  },
};

function check(call: PackageCall) {
  // A constraints file has the versions.
  if (call.manager === 'pip' && call.has('-c', '--constraint')) return [];
  const loose = call.packages.filter((request) => !isPinned(request, call));
  if (loose.length === 0) return [];
  const names = [...new Set(loose.map(({ text }) => text))];
  const alias = aliasOf[call.manager];
  const { name, from, to } = call.invocation;
  const program = call.manager === 'pip' && !name.startsWith('pip') ? 'pip' : name;
  return [
    {
      ...{ from, to },
      message: `${program} ${call.subcommand} takes whatever version is newest of ${enumerated(names)}`,
      advice: howTo[call.ecosystem] ?? 'name the version',
      aliases: alias === undefined ? [] : [alias],
    },
  ];
}

function isPinned({ source, version, text, name }: PackageRequest, { ecosystem }: PackageCall): boolean {
  if (source === 'file' || source === 'url') return true;
  if (source === 'version-control') return isPinnedRevision(text, ecosystem);
  // `$NAME=1.2` has its version beside the name.
  if (source === 'unknown') return /[^$\s][=@~<>:-]+[\w$]/.test(text.slice(1));
  if (ecosystem === 'golang' && name.endsWith('.go')) return true;
  if (version === undefined) return false;
  // `name@tag` of apk names a repository.
  if (ecosystem === 'apk' && version.startsWith('@')) return /[=<>~]/.test(version);
  return !moving.has(version.replace(/^[=@]+/, ''));
}

function isPinnedRevision(text: string, ecosystem: string): boolean {
  if (ecosystem === 'npm') return text.includes('#');
  if (ecosystem === 'cargo') return true;
  return text.slice(text.lastIndexOf('/')).includes('@');
}
