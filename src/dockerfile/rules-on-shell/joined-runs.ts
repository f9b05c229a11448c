import { type ShellRule, type ShellRun } from '../shell/index.ts';

/** Single commands in a row are one RUN. */
export const joinedRuns: ShellRule = {
  name: 'joined-runs',
  summary: 'RUN instructions of one command each are joined.',
  explanation:
    'Each RUN is a layer: what one writes and the next deletes is shipped all the same. RUN instructions of several commands are left alone, since who wrote them thought about where to part them.',
  category: 'size',
  severity: 'info',
  aliases: ['DL3059'],
  check(run, { runs, index }) {
    const before = runs[index - 1];
    if (before === undefined || run.isApart || run.flags !== before.flags) return [];
    if (!isShort(run) || !isShort(firstOfRow(runs, index - 1))) return [];
    const { from, to } = run.span;
    const message = 'this RUN and the one before it hold one command each, in two layers';
    return [{ from, to, message, advice: 'join them with &&, or with a here-document' }];
  },
};

/** The RUN that a row began with: each that could be joined is compared with it. */
function firstOfRow(runs: readonly ShellRun[], index: number): ShellRun {
  const run = runs[index]!;
  const before = runs[index - 1];
  const joins = before !== undefined && !run.isApart && run.flags === before.flags && isShort(run);
  return joins && isShort(before) ? before : run;
}

function isShort({ commands }: ShellRun): boolean {
  return commands.filter(({ wrappers }) => wrappers.length === 0).length <= 1;
}
