import { offeredFix } from '../fix.ts';
import type { Pipeline } from '../../formats/shell/index.ts';
import { readOptions, type ShellRule, type ShellRun, type ShellFix, insertion } from '../shell/index.ts';

/** A failure in a pipe fails the build. */
export const pipefail: ShellRule = {
  name: 'pipefail',
  summary: 'A RUN with a pipe fails if any of its commands does.',
  explanation:
    'The status of a pipe is that of its last command: a download that broke off and was piped into tar or sh goes unnoticed. bash and BusyBox’s ash know set -o pipefail; Debian’s sh does not, so that SHELL has to name bash first.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['DL4006'],
  check(run) {
    if (run.hasPipefail || setsPipefail(run)) return [];
    const first = pipelinesOf(run)[0];
    if (first === undefined) return [];
    const { from, to } = first;
    const message = 'a failure before the last command of this pipe goes unnoticed';
    const write =
      run.dialect === 'ash'
        ? 'SHELL ["/bin/ash", "-o", "pipefail", "-c"]'
        : 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]';
    return [{ from, to, message, advice: `write ${write} before it, or do without the pipe`, fix: failing(run) }];
  },
};

/** Pipes of the script itself, not of a text that another shell is given. */
function pipelinesOf({ commands }: ShellRun): Pipeline[] {
  const own = commands.filter(({ wrappers }) => wrappers.length === 0);
  return own.map(({ place }) => place.pipeline).filter((pipeline) => pipeline !== undefined);
}

function setsPipefail({ commands }: ShellRun): boolean {
  return commands.some(
    ({ name, args }) => name === 'set' && readOptions(args, { short: 'o' }).values('-o').includes('pipefail'),
  );
}

/** `set -o pipefail &&`, where the shell is known to have it. */
function failing({ dialect, script, isShellDeclared }: ShellRun): ShellFix | undefined {
  const [first, ...more] = script.body.items;
  if (dialect === 'sh' || !isShellDeclared || first === undefined || more.length > 0) return undefined;
  const note = 'the same, unless a command of the pipe fails: the build stops there';
  const edits = [insertion(first.from, 'set -o pipefail && ')];
  return offeredFix('write set -o pipefail', edits, { effect: 'contents', note });
}
