import type { Command, ShellNode, WordPart } from './syntax.ts';

/**
 * The nodes right below one, in the order of the text and within the span of their parent. Only here-documents and
 * comments, which come with the script, lie between the nodes of its body.
 */
export function childrenOf(node: ShellNode): readonly ShellNode[] {
  switch (node.kind) {
    case 'comment':
      return [];
    case 'script':
      return [node.body, ...node.heredocs, ...node.comments];
    case 'list':
      return node.items;
    case 'item':
      return [node.command];
    case 'array':
      return node.elements;
    case 'redirection':
      return node.target === undefined ? [] : [node.target];
    case 'case-item':
      return [...node.patterns, node.body];
    case 'assignment':
      return [node.subscript, node.value].filter((child) => child !== undefined);
    case 'condition-word':
      return [node.word];
    case 'condition-unary':
    case 'condition-not':
    case 'condition-group':
      return [node.operand];
    case 'condition-binary':
      return [node.left, node.right];
    case 'condition-and':
    case 'condition-or':
      return node.operands;
    case 'word':
    case 'heredoc':
      return node.parts;
    default:
      return isPart(node) ? partChildren(node) : commandChildren(node);
  }
}

const partKinds = new Set<ShellNode['kind']>([
  ...(['literal', 'single', 'ansi-c', 'double', 'parameter', 'command-substitution'] as const),
  ...(['process-substitution', 'arithmetic', 'glob', 'tilde', 'array'] as const),
]);

function isPart(node: Command | WordPart): node is WordPart {
  return partKinds.has(node.kind);
}

function partChildren(part: WordPart): readonly ShellNode[] {
  switch (part.kind) {
    case 'double':
    case 'arithmetic':
    case 'glob':
      return part.parts;
    case 'parameter':
      return [part.subscript, part.argument].filter((child) => child !== undefined);
    case 'command-substitution':
    case 'process-substitution':
      return [part.body];
    case 'array':
      return part.elements;
    default:
      return [];
  }
}

function commandChildren(command: Command): readonly ShellNode[] {
  switch (command.kind) {
    case 'and-or':
    case 'pipeline':
      return command.commands;
    case 'coproc':
      return [command.command];
    case 'simple':
      if (command.redirections.length === 0 && command.assignments.length === 0) return command.words;
      // Redirections may stand before, between and after the words.
      return [...command.assignments, ...command.words, ...command.redirections].sort((a, b) => a.from - b.from);
    case 'if':
      return [
        ...command.branches.flatMap(({ condition, body }) => [condition, body]),
        ...(command.otherwise === undefined ? [] : [command.otherwise]),
        ...command.redirections,
      ];
    case 'while':
    case 'until':
      return [command.condition, command.body, ...command.redirections];
    case 'for':
    case 'select':
      return [...(command.words ?? []), command.body, ...command.redirections];
    case 'case':
      return [command.subject, ...command.items, ...command.redirections];
    case 'arithmetic-for':
      return [command.expression, command.body, ...command.redirections];
    case 'subshell':
    case 'group':
      return [command.body, ...command.redirections];
    case 'function':
      return [...(command.body === undefined ? [] : [command.body]), ...command.redirections];
    case 'test':
    case 'arithmetic-command':
      return [...(command.expression === undefined ? [] : [command.expression]), ...command.redirections];
  }
}
