import { readOptions, type Invocation, type ShellRule } from '../shell/index.ts';

const table = {
  short: 'bcCjou',
  long: [
    'branch',
    'config',
    'depth',
    'jobs',
    'origin',
    'reference',
    'separate-git-dir',
    'template',
    'upload-pack',
    'filter',
    'revision',
    'shallow-since',
  ],
};

/** git clone names a revision. */
export const pinnedClones: ShellRule = {
  name: 'pinned-clones',
  summary: 'What is cloned is a tag or a commit, not whatever the branch is at.',
  explanation:
    'git clone without --branch TAG, and without a checkout of a commit in the same RUN, builds whatever was pushed last.',
  category: 'supply-chain',
  severity: 'info',
  aliases: [],
  check({ commands }) {
    const clones = commands.filter(({ name, args }) => name === 'git' && subcommand(args) === 'clone');
    if (clones.length === 0 || commands.some(choosesRevision)) return [];
    return clones.flatMap(({ args, from, to }) => {
      const { operands, value, has } = readOptions(args, table);
      const url = operands[operands.findIndex(({ text }) => text === 'clone') + 1]?.text ?? '';
      const branch = value('-b', '--branch');
      const isMoving = branch === undefined || /^(?:main|master|develop|dev|trunk|HEAD)$/.test(branch);
      if (!isMoving || has('--revision') || url.startsWith('/') || url.startsWith('.')) return [];
      const name = url
        .replace(/\/+$/, '')
        .replace(/\.git$/, '')
        .split('/')
        .at(-1)!;
      return [
        {
          from,
          to,
          message: `git clone takes ${name} as it is at that moment`,
          advice: 'write --branch TAG, or check out a commit',
        },
      ];
    });
  },
};

function subcommand(args: Invocation['args']): string | undefined {
  return readOptions(args, { short: 'cC', long: ['git-dir', 'work-tree', 'config-env'] }).operands[0]?.text;
}

function choosesRevision({ name, args }: Invocation): boolean {
  if (name !== 'git') return false;
  const known = subcommand(args);
  return (
    (known === 'checkout' || known === 'reset' || known === 'switch') &&
    args.some(({ text }) => !/^(?:-|checkout$|reset$|switch$|main$|master$)/.test(text))
  );
}
