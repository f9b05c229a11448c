import type { Invocation } from '../invocation.ts';
import type { PackageManager } from './package-manager.ts';
import { readCall, sourceOf, splitVersion, type ManagerTable } from './reader.ts';

const table: ManagerTable = {
  name: 'pip',
  programs: [],
  ecosystem: 'pypi',
  options: {
    short: 'rceifbtdC',
    long: [
      ...['requirement', 'constraint', 'editable', 'index-url', 'extra-index-url', 'find-links', 'target', 'root'],
      ...['prefix', 'src', 'trusted-host', 'platform', 'python-version', 'implementation', 'abi', 'progress-bar'],
      ...[
        'global-option',
        'install-option',
        'no-binary',
        'only-binary',
        'upgrade-strategy',
        'cache-dir',
        'log',
        'proxy',
      ],
      ...[
        'timeout',
        'retries',
        'cert',
        'client-cert',
        'exists-action',
        'report',
        'group',
        'root-user-action',
        'python',
      ],
      ...['config-settings', 'config-setting', 'use-feature', 'use-deprecated', 'build', 'requirements-from-script'],
    ],
  },
  actions: { install: 'install', uninstall: 'remove', cache: 'clean-cache', download: 'other', wheel: 'other' },
  request(text) {
    const source = /\.(?:whl|tar\.gz|zip|tgz)$/.test(text) && !text.includes('://') ? 'file' : sourceOf(text);
    const direct = /^[\w.-]+(?:\[[^\]]*\])?\s*@\s*(.+)$/.exec(text);
    if (direct !== null) return { name: text, version: undefined, source: sourceOf(direct[1]!) };
    if (source !== 'registry' || text.includes('/'))
      return { name: text, version: undefined, source: source === 'registry' ? 'file' : source };
    // Environment markers follow a semicolon, extras stand in brackets.
    const { name, version } = splitVersion(text.split(';', 1)[0]!, /[=<>!~]/);
    return { name: name.trim().replace(/\[[^\]]*\]$/, ''), version, source };
  },
  refine: (call) => (call.action === 'install' && call.packages.length === 0 ? { action: 'install-project' } : {}),
};

/** pip, by any of its names and as a module of any Python (`python3 -m pip`). */
export const pip: PackageManager = {
  name: 'pip',
  programs: ['pip', 'pip2', 'pip3', 'python', 'python2', 'python3', 'uv', 'pipx'],
  ecosystem: 'pypi',
  read(invocation) {
    const args = pipArguments(invocation);
    return args === undefined ? undefined : readCall(table, invocation, args);
  },
};

function pipArguments({ name, args }: Invocation): Invocation['args'] | undefined {
  if (/^pip(?:x|[23](?:\.\d+)?)?$/.test(name)) return args;
  if (name === 'uv') return args[0]?.text === 'pip' ? args.slice(1) : undefined;
  if (!/^(?:python|pypy)[23]?(?:\.\d+)?$/.test(name)) return undefined;
  const module = args.findIndex(({ text }) => text === '-m');
  return module >= 0 && args[module + 1]?.text === 'pip' ? args.slice(module + 2) : undefined;
}
