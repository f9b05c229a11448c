import { offeredFix } from '../fix.ts';
import { insertion, type Invocation, type PackageCall, type ShellDraft, type ShellRule } from '../shell/index.ts';

const locked = {
  effect: 'contents',
  note: 'exactly what the lock file says is installed; the build fails where there is none, or it does not fit',
} as const;

/** A project’s dependencies come as its lock file has them. */
export const lockedDependencies: ShellRule = {
  name: 'locked-dependencies',
  summary: 'A project’s dependencies are installed as its lock file says.',
  explanation:
    'npm install, yarn install without --frozen-lockfile, bundle install without --frozen and cargo build without --locked mend the lock file when it does not fit, which in a build nobody sees. pip has no lock file; --require-hashes makes a requirements file one.',
  category: 'supply-chain',
  severity: 'warning',
  aliases: [],
  check({ packages, commands, variables }) {
    return [...packages.flatMap(ofManager), ...commands.flatMap((command) => ofTool(command, variables))];
  },
};

function ofManager(call: PackageCall): ShellDraft[] {
  const { manager, action, subcommand, has, invocation } = call;
  const { from, to, args, name, program } = invocation;
  if (action !== 'install-project') return [];
  const word = args.find(({ text }) => text === subcommand);
  if (manager === 'npm' && subcommand !== 'ci' && subcommand !== 'clean-install' && !has('-g', '--global')) {
    const fix = word && offeredFix('write npm ci', [{ from: word.from, to: word.to, text: 'ci' }], locked);
    return [
      { from, to, fix, message: 'npm install changes the lock file where it does not fit', advice: 'write npm ci' },
    ];
  }
  if (manager === 'yarn' && !has('--frozen-lockfile', '--immutable', '--immutable-cache')) {
    const edits = [insertion((word ?? program).to, `${word === undefined ? ' install' : ''} --frozen-lockfile`)];
    const fix = offeredFix('write --frozen-lockfile', edits, locked);
    return [
      {
        from,
        to,
        fix,
        message: 'yarn changes the lock file where it does not fit',
        advice: 'write yarn install --frozen-lockfile, or --immutable from yarn 2 on',
      },
    ];
  }
  if (manager === 'pnpm' && !has('--frozen-lockfile')) {
    const edits = word && [insertion(word.to, ' --frozen-lockfile')];
    const fix = edits && offeredFix('write --frozen-lockfile', edits, locked);
    return [
      {
        from,
        to,
        fix,
        message: 'pnpm changes the lock file where it does not fit',
        advice: 'write pnpm install --frozen-lockfile',
        severity: 'info',
      },
    ];
  }
  if (manager === 'pip' && has('-r', '--requirement') && !has('--require-hashes'))
    return [
      {
        from,
        to,
        message: `${name} takes what the index has now for what the requirements leave open`,
        advice: 'list all with hashes (pip-compile --generate-hashes), write --require-hashes',
        severity: 'info',
      },
    ];
  return [];
}

function ofTool(
  { name, args, from, to, environment }: Invocation,
  variables: ReadonlyMap<string, unknown>,
): ShellDraft[] {
  const texts = args.map(({ text }) => text);
  const has = (...names: readonly string[]) => texts.some((text) => names.includes(text));
  const isSet = (variable: string) => variables.has(variable) || environment.has(variable);
  if (
    name === 'bundle' &&
    texts[0] === 'install' &&
    !has('--frozen', '--deployment') &&
    !isSet('BUNDLE_FROZEN') &&
    !isSet('BUNDLE_DEPLOYMENT')
  )
    return [
      {
        from,
        to,
        message: 'bundle install changes the lock file where it does not fit',
        advice: 'write ENV BUNDLE_FROZEN=true before it',
        severity: 'info',
      },
    ];
  if (name === 'cargo' && /^(?:build|install|b)$/.test(texts[0] ?? '') && !has('--locked', '--frozen'))
    return [
      {
        from,
        to,
        message: `cargo ${texts[0]!} takes other versions than the lock file where it does not fit`,
        advice: 'write --locked',
        fix: offeredFix('write --locked', [insertion(args[0]!.to, ' --locked')], locked),
        severity: 'info',
      },
    ];
  if (name === 'composer' && texts[0] === 'update')
    return [{ from, to, message: 'composer update passes over the lock file', advice: 'write composer install' }];
  if (name === 'npm' && /^(?:update|up|upgrade)$/.test(texts[0] ?? ''))
    return [{ from, to, message: 'npm update passes over the lock file', advice: 'write npm ci' }];
  return [];
}
