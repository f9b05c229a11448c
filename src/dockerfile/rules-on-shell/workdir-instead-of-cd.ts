import { offeredFix } from '../fix.ts';
import { type Invocation, isAsItReads, type ShellFix, type ShellRule, type ShellRun } from '../shell/index.ts';

/** WORKDIR, not cd. */
export const workdirInsteadOfCd: ShellRule = {
  name: 'workdir-instead-of-cd',
  summary: 'Folders are entered by WORKDIR.',
  explanation:
    'A cd holds for one RUN only, and readers have to follow it through the line. WORKDIR says it for all instructions that follow, makes the folder, and fails where it can’t be entered.',
  category: 'style',
  severity: 'warning',
  aliases: ['DL3003'],
  check(run) {
    const first = run.commands.find(({ name, place }) => name === 'cd' && place.inFunction === undefined);
    if (first === undefined) return [];
    const where = first.args[0]?.text;
    return [
      {
        ...{ from: first.from, to: first.to },
        message: where === undefined ? 'cd goes home for this RUN only' : `cd ${where} holds for this RUN only`,
        advice: `write WORKDIR ${where ?? '/root'} before it`,
        fix: entered(run, first),
      },
    ];
  },
};

/** WORKDIR before the RUN, for a `cd` to one place that all else in it waits for. */
function entered({ script, span, commands }: ShellRun, { place, args, program }: Invocation): ShellFix | undefined {
  const [first, ...more] = script.body.items;
  const command = first?.command;
  if (more.length > 0 || command?.kind !== 'and-or' || script.heredocs.length > 0) return undefined;
  const next = command.commands[1];
  const isFirst = command.commands[0] === place.command && command.operators[0]?.text === '&&';
  const [folder] = args;
  if (!isFirst || next === undefined || args.length !== 1 || place.command.redirections.length > 0) return undefined;
  // Another one may lead out of it by name.
  if (commands.filter(({ name }) => name === 'cd').length > 1) return undefined;
  if (!isAsItReads(folder!.word) || !/^\/[\w./-]*$/.test(folder!.text)) return undefined;
  const edits = [
    { from: span.from, to: span.from, text: `WORKDIR ${folder!.text}\n` },
    { from: program.from, to: next.from, text: '' },
  ];
  const note = `all that follows and the container work in ${folder!.text}, which is made where it is missing`;
  return offeredFix('write WORKDIR before it', edits, { effect: 'configuration', note });
}
