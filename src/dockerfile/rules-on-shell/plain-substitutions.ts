import { childrenOf, staticValue, type Command, type List, type ShellNode } from '../../formats/shell/index.ts';
import type { ShellDraft, ShellRule } from '../shell/index.ts';

/** Substitutions in their plainest form. */
export const plainSubstitutions: ShellRule = {
  name: 'plain-substitutions',
  summary: 'Command substitutions are written as $(…), and not to be echoed.',
  explanation: 'Backticks nest only with backslashes. echo $(command) is command, and $(echo text) is text.',
  category: 'style',
  severity: 'style',
  aliases: ['SC2006', 'SC2005', 'SC2116'],
  check({ scripts }) {
    const drafts: ShellDraft[] = [];
    for (const script of scripts) visit(script, drafts);
    return drafts;
  },
};

function visit(node: ShellNode, drafts: ShellDraft[]): void {
  if (node.kind === 'command-substitution') {
    const { from, to, backticks, body } = node;
    if (backticks) {
      const edits = [
        { from, to: from + 1, text: '$(' },
        { from: to - 1, to, text: ')' },
      ];
      const hasEscapes = body.to - body.from > 0 && body.items.some(({ command }) => hasInner(command));
      const fix = hasEscapes ? undefined : { title: 'write $(…)', edits, isSafe: true };
      drafts.push({ from, to, message: 'backticks nest badly', advice: 'write $(…)', aliases: ['SC2006'], fix });
    }
    if (isEcho(body))
      drafts.push({
        from,
        to,
        message: 'echo in a substitution does nothing',
        advice: 'write its text alone',
        aliases: ['SC2116'],
      });
  }
  if (node.kind === 'simple' && node.words.length === 2 && node.redirections.length === 0) {
    const [program, argument] = node.words;
    const parts = argument!.parts.flatMap((part) => (part.kind === 'double' ? part.parts : [part]));
    if (staticValue(program!) === 'echo' && parts.length === 1 && parts[0]!.kind === 'command-substitution')
      drafts.push({
        ...{ from: node.from, to: node.to },
        message: 'echo of a command’s output does nothing',
        advice: 'run the command alone',
        aliases: ['SC2005'],
      });
  }
  for (const child of childrenOf(node)) visit(child, drafts);
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
