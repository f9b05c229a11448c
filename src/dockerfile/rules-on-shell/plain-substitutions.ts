import { safeFix } from '../fix.ts';
import {
  staticValue,
  type Command,
  type CommandSubstitution,
  type List,
  type SimpleCommand,
} from '../../formats/shell/index.ts';
import { nodesOfKind, type ShellDraft, type ShellRule, type ShellRun } from '../shell/index.ts';

/** Substitutions in their plainest form. */
export const plainSubstitutions: ShellRule = {
  name: 'plain-substitutions',
  summary: 'Command substitutions are written as $(…), and not to be echoed.',
  explanation: 'Backticks nest only with backslashes. echo $(command) is command, and $(echo text) is text.',
  category: 'style',
  severity: 'style',
  aliases: ['SC2006', 'SC2005', 'SC2116'],
  check(run) {
    return run.scripts.flatMap((script) => [
      ...nodesOfKind(script, 'command-substitution').flatMap((node) => ofSubstitution(node, run)),
      ...nodesOfKind(script, 'simple').flatMap(ofCommand),
    ]);
  },
};

function ofSubstitution({ from, to, backticks, body }: CommandSubstitution, run: ShellRun): ShellDraft[] {
  const drafts: ShellDraft[] = [];
  if (backticks) {
    const edits = [
      { from, to: from + 1, text: '$(' },
      { from: to - 1, to, text: ')' },
    ];
    // Backslashes are taken away once more in backticks.
    const isPlain = !run.written({ from, to }).includes('\\');
    const fix = isPlain ? safeFix('write $(…)', edits) : undefined;
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
