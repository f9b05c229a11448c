import { childrenOf } from './nodes.ts';
import type { Command, Heredoc, List, Pipeline, Redirection, Script, ShellNode, SimpleCommand } from './syntax.ts';

/** Where a simple command stands. */
export interface CommandPlace {
  readonly command: SimpleCommand;
  readonly script: Script;
  /** The pipeline it is a member of, with its position from 0; the nearest one where a group stands between. */
  readonly pipeline: Pipeline | undefined;
  readonly position: number;
  /** Its status decides what runs next: left of `&&` or `||`, after `!`, the condition of `if`, `while` or `until`. */
  readonly isCondition: boolean;
  /** Runs only if another one did or did not succeed: right of `&&` or `||`, in a branch, in a loop. */
  readonly isConditional: boolean;
  readonly inSubshell: boolean;
  /** In `$(…)`, backticks, `<(…)` or `>(…)`. */
  readonly inSubstitution: boolean;
  readonly inBackground: boolean;
  /** The name of the function whose body it is part of. */
  readonly inFunction: string | undefined;
  /** Redirections of the compound commands around it, the nearest first. */
  readonly outerRedirections: readonly Redirection[];
}

type Place = Omit<CommandPlace, 'command' | 'script'>;

interface Found {
  readonly script: Script;
  readonly places: CommandPlace[];
}

const outside: Place = {
  pipeline: undefined,
  position: 0,
  isCondition: false,
  isConditional: false,
  inSubshell: false,
  inSubstitution: false,
  inBackground: false,
  inFunction: undefined,
  outerRedirections: [],
};

/**
 * Every simple command of a script with its place, those in substitutions and here-documents too, in the order of the text
 * (commands within the words of one come after it).
 */
export function simpleCommandsOf(script: Script): readonly CommandPlace[] {
  const found = { script, places: [] as CommandPlace[] };
  visitList(script.body, outside, found);
  for (const heredoc of script.heredocs) visitWords(heredoc, outside, found);
  return found.places;
}

function visitList(list: List, place: Place, found: Found): void {
  for (const { command, background } of list.items)
    visit(command, background ? { ...place, inBackground: true, inSubshell: true } : place, found);
}

function visit(command: Command, place: Place, found: Found): void {
  switch (command.kind) {
    case 'simple':
      found.places.push({ command, script: found.script, ...place });
      for (const child of childrenOf(command)) visitWords(child, place, found);
      return;
    case 'and-or':
      command.commands.forEach((member, index) => {
        const isLast = index === command.commands.length - 1;
        const isCondition = place.isCondition || !isLast;
        visit(member, { ...place, isCondition, isConditional: place.isConditional || index > 0 }, found);
      });
      return;
    case 'pipeline':
      command.commands.forEach((member, position) => {
        const isCondition = command.negated || (place.isCondition && position === command.commands.length - 1);
        const isPiped = command.commands.length > 1;
        const pipeline = isPiped ? { pipeline: command, position, inSubshell: true } : {};
        visit(member, { ...place, ...pipeline, isCondition }, found);
      });
      return;
    case 'coproc':
      visit(command.command, { ...place, inBackground: true, inSubshell: true }, found);
      return;
    default:
      visitCompound(command, place, found);
  }
}

type Compound = Exclude<Command, { readonly kind: 'simple' | 'and-or' | 'pipeline' | 'coproc' }>;

function visitCompound(command: Compound, outer: Place, found: Found): void {
  const { redirections } = command;
  const place = redirections.length === 0 ? outer : withRedirections(outer, redirections);
  const branch = { ...place, isConditional: true };
  const condition = { ...place, isCondition: true };
  for (const redirection of redirections) visitWords(redirection, outer, found);
  switch (command.kind) {
    case 'if':
      command.branches.forEach(({ condition: test, body }, index) => {
        visitList(test, index === 0 ? condition : { ...condition, isConditional: true }, found);
        visitList(body, branch, found);
      });
      if (command.otherwise !== undefined) visitList(command.otherwise, branch, found);
      return;
    case 'while':
    case 'until':
      visitList(command.condition, condition, found);
      visitList(command.body, branch, found);
      return;
    case 'for':
    case 'select':
      for (const word of command.words ?? []) visitWords(word, outer, found);
      visitList(command.body, branch, found);
      return;
    case 'arithmetic-for':
      visitWords(command.expression, outer, found);
      visitList(command.body, branch, found);
      return;
    case 'case':
      visitWords(command.subject, outer, found);
      for (const item of command.items) {
        for (const pattern of item.patterns) visitWords(pattern, outer, found);
        visitList(item.body, branch, found);
      }
      return;
    case 'subshell':
      visitList(command.body, { ...place, inSubshell: true }, found);
      return;
    case 'group':
      visitList(command.body, place, found);
      return;
    case 'function':
      if (command.body !== undefined) visit(command.body, { ...outside, inFunction: command.name }, found);
      return;
    case 'test':
    case 'arithmetic-command':
      if (command.expression !== undefined) visitWords(command.expression, outer, found);
  }
}

function withRedirections(place: Place, redirections: readonly Redirection[]): Place {
  return { ...place, outerRedirections: [...redirections, ...place.outerRedirections] };
}

/** Finds the commands that are substituted in a word. */
function visitWords(node: ShellNode | Heredoc, place: Place, found: Found): void {
  if (node.kind === 'command-substitution' || node.kind === 'process-substitution') {
    const { inFunction } = place;
    visitList(node.body, { ...outside, inFunction, inSubstitution: true, inSubshell: true }, found);
    return;
  }
  for (const child of childrenOf(node)) visitWords(child, place, found);
}
