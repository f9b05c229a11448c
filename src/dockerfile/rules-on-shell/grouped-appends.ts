import { shownValue, type Command, type List } from '../../formats/shell/index.ts';
import { nodesOfKind, type ShellDraft, type ShellRule } from '../shell/index.ts';

/** Several >> to one file are one. */
export const groupedAppends: ShellRule = {
  name: 'grouped-appends',
  summary: 'Commands in a row that append to one file share one redirection.',
  explanation:
    '{ a; b; c; } >> file opens the file once, and is easier to read. In a Dockerfile COPY of a here-document is easier still.',
  category: 'style',
  severity: 'style',
  aliases: ['SC2129'],
  check({ scripts }) {
    return scripts.flatMap((script) => nodesOfKind(script, 'list')).flatMap(ofList);
  },
};

function ofList({ items }: List): ShellDraft[] {
  const targets = items.map(({ command }) => appendedTo(command));
  const at = targets.findIndex(
    (target, index) => target !== undefined && target === targets[index + 1] && target === targets[index + 2],
  );
  if (at < 0) return [];
  const message = `several commands in a row append to ${targets[at]!}`;
  return [{ from: items[at]!.from, to: items[at + 2]!.to, message, advice: 'write { …; } >> once' }];
}

function appendedTo(command: Command): string | undefined {
  if (command.kind !== 'simple' || command.redirections.length !== 1) return undefined;
  const [{ operator, descriptor, target } = { operator: '<', descriptor: undefined, target: undefined }] =
    command.redirections;
  return operator === '>>' && descriptor === undefined && target !== undefined ? shownValue(target) : undefined;
}
