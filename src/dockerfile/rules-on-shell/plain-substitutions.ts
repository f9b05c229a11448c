import {
  childrenOf,
  staticValue,
  type Command,
  type CommandSubstitution,
  type List,
  type ShellNode,
  type SimpleCommand,
} from '../../formats/shell/index.ts';
import { nodesOfKind, type ShellDraft, type ShellRule } from '../shell/index.ts';

/** Substitutions in their plainest form. */
export const plainSubstitutions: ShellRule = {
  name: 'plain-substitutions',
  summary: 'Command substitutions are written as $(…), and not to be echoed.',
  explanation: 'Backticks nest only with backslashes. echo $(command) is command, and $(echo text) is text.',
  category: 'style',
  severity: 'style',
  aliases: ['SC2006', 'SC2005', 'SC2116'],
  check({ scripts }) {
    return scripts.flatMap((script) => [
      ...nodesOfKind(script, 'command-substitution').flatMap(ofSubstitution),
      ...nodesOfKind(script, 'simple').flatMap(ofCommand),
    ]);
  },
};

function ofSubstitution({ from, to, backticks, body }: CommandSubstitution): ShellDraft[] {
  const drafts: ShellDraft[] = [];
  if (backticks) {
    const edits = [
      { from, to: from + 1, text: '$(' },
      { from: to - 1, to, text: ')' },
    ];
    const fix = body.items.some(({ command }) => hasInner(command))
      ? undefined
      : { title: 'write $(…)', edits, isSafe: true };
    drafts.push({ from, to, message: 'backticks nest badly', advice: 'write $(…)', aliases: ['SC2006'], fix });
  }
  const message = 'echo in a substitution does nothing';
  if (isEcho(body)) drafts.push({ from, to, message, advice: 'write its text alone', aliases: ['SC2116'] });
  return drafts;
}

function ofCommand({ words, redirections, from, to }: SimpleCommand): ShellDraft[] {
  const [program, argument] = words;
  if (words.length !== 2 || redirections.length > 0 || staticValue(program!) !== 'echo') return [];
  const parts = argument!.parts.flatMap((part) => (part.kind === 'double' ? part.parts : [part]));
  if (parts.length !== 1 || parts[0]!.kind !== 'command-substitution') return [];
  const message = 'echo of a command’s output does nothing';
  return [{ from, to, message, advice: 'run the command alone', aliases: ['SC2005'] }];
}

/** Whether a command in backticks may have needed backslashes. */
function hasInner(command: ShellNode): boolean {
  return command.kind === 'command-substitution' || command.kind === 'single' || childrenOf(command).some(hasInner);
}

function isEcho({ items }: List): boolean {
  const command: Command | undefined = items.length === 1 ? items[0]!.command : undefined;
  if (command?.kind !== 'simple' || command.redirections.length > 0) return false;
  const [program, ...args] = command.words;
  if (program === undefined || staticValue(program) !== 'echo' || args.length === 0) return false;
  return args.every(
    ({ parts }) =>
      !parts.some(
        ({ kind, value }: { kind: string; value?: string }) =>
          kind === 'glob' || (value ?? '').includes('\\') || (value ?? '').startsWith('-'),
      ),
  );
}
