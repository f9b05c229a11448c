import { shownValue, type Command, type List, type Redirection, type Script, type WordPart } from './index.ts';
import type { ArrayValue, Assignment, Condition, Word } from './syntax.ts';

/** A tree as a line of text, so that tests can state it whole. */
export function sketch(script: Script): string {
  const errors = script.errors.map(({ from, expected }) => ` !${from}:${expected}`).join('');
  return list(script.body) + errors;
}

function list({ items }: List): string {
  return items.map((item) => command(item.command) + (item.background ? ' &' : '')).join('; ');
}

function command(node: Command): string {
  switch (node.kind) {
    case 'simple':
      return `(${[...node.assignments.map(assignment), ...node.words.map(word), ...node.redirections.map(redirection)].join(' ')})`;
    case 'and-or':
      return `[${joined(node.commands, node.operators)}]`;
    case 'pipeline':
      return `<${node.timed ? 'time ' : ''}${node.negated ? '! ' : ''}${joined(node.commands, node.operators)}>`;
    case 'coproc':
      return `coproc ${node.name ?? '-'} ${command(node.command)}`;
    case 'function':
      return `${node.name}() ${node.body === undefined ? '-' : command(node.body)}${rest(node.redirections)}`;
    case 'subshell':
      return `subshell{${list(node.body)}}${rest(node.redirections)}`;
    case 'group':
      return `group{${list(node.body)}}${rest(node.redirections)}`;
    case 'if':
      return `if${node.branches.map(({ condition, body }) => `{${list(condition)} ? ${list(body)}}`).join('')}${
        node.otherwise === undefined ? '' : `else{${list(node.otherwise)}}`
      }${rest(node.redirections)}`;
    case 'while':
    case 'until':
      return `${node.kind}{${list(node.condition)} ? ${list(node.body)}}${rest(node.redirections)}`;
    case 'for':
    case 'select':
      return `${node.kind} ${node.variable}${node.words === undefined ? '' : ` in ${node.words.map(word).join(' ')}`}{${list(node.body)}}${rest(node.redirections)}`;
    case 'arithmetic-for':
      return `for((${parts(node.expression.parts)})){${list(node.body)}}${rest(node.redirections)}`;
    case 'case':
      return `case ${word(node.subject)}${node.items
        .map((item) => `{${item.patterns.map(word).join('|')}: ${list(item.body)} ${item.end ?? ''}}`)
        .join('')}${rest(node.redirections)}`;
    case 'test':
      return `[[${node.expression === undefined ? '-' : condition(node.expression)}]]${rest(node.redirections)}`;
    case 'arithmetic-command':
      return `((${parts(node.expression.parts)}))${rest(node.redirections)}`;
  }
}

function condition(node: Condition): string {
  switch (node.kind) {
    case 'condition-word':
      return word(node.word);
    case 'condition-unary':
      return `${node.operator} ${word(node.operand)}`;
    case 'condition-binary':
      return `${word(node.left)} ${node.operator} ${word(node.right)}`;
    case 'condition-not':
      return `not ${condition(node.operand)}`;
    case 'condition-group':
      return `(${condition(node.operand)})`;
    case 'condition-and':
      return `and(${node.operands.map(condition).join(', ')})`;
    case 'condition-or':
      return `or(${node.operands.map(condition).join(', ')})`;
  }
}

function joined(commands: readonly Command[], operators: readonly { readonly text: string }[]): string {
  return commands
    .map((member, index) => command(member) + (operators[index] ? ` ${operators[index].text} ` : ''))
    .join('');
}

function rest(redirections: readonly Redirection[]): string {
  return redirections.map((each) => ` ${redirection(each)}`).join('');
}

function redirection({ descriptor, operator, target, heredoc }: Redirection): string {
  const body = heredoc === undefined ? '' : `{${heredoc.quoted ? 'quoted ' : ''}${parts(heredoc.parts)}}`;
  return `${descriptor ?? ''}${operator}${target === undefined ? '-' : word(target)}${body}`;
}

function assignment({ name, subscript, append, value }: Assignment): string {
  const at = subscript === undefined ? '' : `[${word(subscript)}]`;
  const given = value === undefined ? '' : value.kind === 'array' ? array(value) : word(value);
  return `${name}${at}${append ? '+=' : ':='}${given}`;
}

function array({ elements }: ArrayValue): string {
  return `array(${elements.map((element) => (element.kind === 'assignment' ? assignment(element) : word(element))).join(' ')})`;
}

function word(node: Word): string {
  return node.parts.length === 0 ? 'ε' : parts(node.parts);
}

function parts(nodes: readonly WordPart[]): string {
  return nodes.map(part).join('·');
}

function part(node: WordPart): string {
  switch (node.kind) {
    case 'literal':
      return node.value.replaceAll('\n', '⏎');
    case 'single':
    case 'ansi-c':
      return `${node.kind}'${node.value.replaceAll('\n', '⏎')}'`;
    case 'double':
      return `${node.translated ? '$' : ''}"${parts(node.parts)}"`;
    case 'parameter':
      return `$${node.prefix ?? ''}${node.name}${node.subscript === undefined ? '' : `[${word(node.subscript)}]`}${
        node.operator === undefined
          ? ''
          : `(${node.operator}${node.argument === undefined ? '' : ` ${word(node.argument)}`})`
      }`;
    case 'command-substitution':
      return `${node.backticks ? 'old' : ''}$(${list(node.body)})`;
    case 'process-substitution':
      return `${node.direction}(${list(node.body)})`;
    case 'arithmetic':
      return `math(${parts(node.parts)})`;
    case 'glob':
      return `glob(${node.value})`;
    case 'tilde':
      return shownValue({ kind: 'word', parts: [node], from: node.from, to: node.to });
    case 'array':
      return array(node);
  }
}
