import { childrenOf, staticValue, type Command, type ShellNode } from '../../formats/shell/index.ts';
import type { ShellDraft, ShellRule } from '../shell/index.ts';

/** a && b || c is no if. */
export const andOrIsNoIf: ShellRule = {
  name: 'and-or-is-no-if',
  summary: 'a && b || c is not used as if a; then b; else c; fi.',
  explanation:
    'c also runs when b fails. In a build that hides the failure of b, which is most often the step that matters.',
  category: 'correctness',
  severity: 'info',
  aliases: ['SC2015'],
  check({ scripts }) {
    const drafts: ShellDraft[] = [];
    for (const { body } of scripts) visit(body, false, drafts);
    return drafts;
  },
};

function visit(node: ShellNode, isCondition: boolean, drafts: ShellDraft[]): void {
  if (node.kind === 'and-or' && !isCondition) {
    // What another operator follows is a condition itself.
    const at = node.operators.length - 1;
    const isIf = node.operators[at]!.text === '||' && node.operators[at - 1]?.text === '&&';
    if (isIf && !isHarmless(node.commands[at + 1])) {
      const { from, to } = node.operators[at]!;
      const message = 'what follows || also runs if what follows && fails';
      drafts.push({ from, to, message, advice: 'write if …; then …; else …; fi' });
    }
  }
  if (node.kind === 'if' || node.kind === 'while' || node.kind === 'until') {
    const conditions: readonly ShellNode[] =
      node.kind === 'if' ? node.branches.map(({ condition }) => condition) : [node.condition];
    for (const child of childrenOf(node)) visit(child, conditions.includes(child), drafts);
    return;
  }
  const stays = isCondition && (node.kind === 'list' || node.kind === 'item');
  for (const child of childrenOf(node)) visit(child, stays, drafts);
}

const harmless = new Set(['echo', 'exit', 'return', 'printf', 'true', ':']);

function isHarmless(command: Command | undefined): boolean {
  if (command?.kind !== 'simple') return false;
  const [program] = command.words;
  return program === undefined || harmless.has(staticValue(program) ?? '');
}
