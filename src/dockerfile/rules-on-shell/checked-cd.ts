import type { Invocation, ShellDraft, ShellRule } from '../shell/index.ts';

/** A failing cd stops. */
export const checkedCd: ShellRule = {
  name: 'checked-cd',
  summary: 'What follows a cd runs only if it succeeded.',
  explanation:
    'After a cd that failed the next command works in the wrong folder, rm among them. && or set -e stop it.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['SC2164', 'SC2103'],
  check({ commands, shell }) {
    const stops = shell.some((word) => /^-[a-z]*e/.test(word)) || commands.some(setsErrexit);
    if (stops) return [];
    return commands.filter(isUnchecked).map((command, index, all) => draft(command, all.slice(0, index)));
  },
};

function setsErrexit({ name, args }: Invocation): boolean {
  return name === 'set' && args.some(({ text }) => /^-[a-z]*e/.test(text) || text === 'errexit');
}

function isUnchecked({ name, args, place }: Invocation): boolean {
  return (name === 'cd' || name === 'pushd' || name === 'popd') && !place.isCondition && args[0]?.text !== '/';
}

function draft({ args, from, to, name }: Invocation, before: readonly Invocation[]): ShellDraft {
  const goesBack = args[0]?.text === '..' && before.length > 0;
  const message = goesBack
    ? 'if the cd before failed, this one goes up from where it was'
    : `if ${name} fails, the RUN goes on where it was`;
  const advice = goesBack ? 'use a subshell: (cd … && …)' : 'write && after it, or WORKDIR';
  return { from, to, message, advice, aliases: [goesBack ? 'SC2103' : 'SC2164'] };
}
