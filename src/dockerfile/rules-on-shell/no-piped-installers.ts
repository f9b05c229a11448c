import { childrenOf, type ShellNode, type Word } from '../../formats/shell/index.ts';
import {
  commandWithin,
  isInterpreter,
  readsInput,
  type Invocation,
  type ShellDraft,
  type ShellRule,
  type ShellRun,
} from '../shell/index.ts';

/** No download goes straight into an interpreter. */
export const noPipedInstallers: ShellRule = {
  name: 'no-piped-installers',
  summary: 'What is downloaded is not run unseen.',
  explanation:
    'curl … | sh, bash <(curl …), eval "$(curl …)" run whatever the other end sends at that moment, even half of it when the connection breaks, and leave nothing to look at. Download to a file, check its hash or signature, run it then; better, take a package.',
  category: 'supply-chain',
  severity: 'error',
  aliases: [],
  check(run) {
    return [...piped(run), ...run.commands.flatMap((command) => given(command, run))];
  },
};

function piped({ commands, downloads }: ShellRun): ShellDraft[] {
  return commands.flatMap((command) => {
    const { pipeline, position } = command.place;
    if (pipeline === undefined || !isInterpreter(command.name) || !readsInput(command)) return [];
    const source = downloads.find(({ invocation }) => {
      const { place } = invocation;
      return place.pipeline === pipeline && place.position < position;
    });
    return source === undefined ? [] : [draft(source.invocation, command)];
  });
}

/** `bash <(curl …)`, `. <(curl …)`, `sh -c "$(curl …)"`, `eval "$(curl …)"`, `sh <<< "$(curl …)"`. */
function given(command: Invocation, run: ShellRun): ShellDraft[] {
  const { name, args, place } = command;
  if (!isInterpreter(name) && name !== 'eval' && name !== '.' && name !== 'source') return [];
  const own = command.wrappers.length === 0 ? place.command.redirections : [];
  const words: readonly Word[] = [...args.map(({ word }) => word), ...own.flatMap(({ target }) => target ?? [])];
  const nodes: readonly ShellNode[] = [...words, ...own.flatMap(({ heredoc }) => heredoc ?? [])];
  const source = nodes.flatMap(substitutionsIn).flatMap((node) => commandWithin(run, node, isDownloader))[0];
  return source === undefined ? [] : [draft(source, command)];
}

function isDownloader({ name }: Invocation): boolean {
  return name === 'curl' || name === 'wget';
}

function substitutionsIn(node: ShellNode): ShellNode[] {
  if (node.kind === 'command-substitution' || node.kind === 'process-substitution') return [node];
  return childrenOf(node).flatMap(substitutionsIn);
}

function draft(source: Invocation, interpreter: Invocation): ShellDraft {
  const from = Math.min(source.from, interpreter.from);
  const to = Math.max(source.to, interpreter.to);
  const message = `${interpreter.name} runs whatever ${source.name} is sent`;
  return { from, to, message, advice: 'download to a file, check its hash or signature, run it then' };
}
