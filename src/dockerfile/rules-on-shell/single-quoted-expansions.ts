import { childrenOf, staticValue, type ShellNode, type SimpleCommand } from '../../formats/shell/index.ts';
import { programName, type ShellDraft, type ShellRule } from '../shell/index.ts';

/** Programs that expand dollars themselves, or give the text to one that does. */
const expanders = new Set([
  ...['trap', 'sh', 'bash', 'dash', 'ash', 'ksh', 'zsh', 'ssh', 'eval', 'alias', 'sudo', 'su', 'docker', 'podman'],
  ...[
    'dpkg-query',
    'jq',
    'yq',
    'rename',
    'rg',
    'unset',
    'perl',
    'awk',
    'gawk',
    'mawk',
    'nawk',
    'php',
    'ruby',
    'node',
    'find',
  ],
  ...[
    'xargs',
    'envsubst',
    'make',
    'python',
    'python3',
    'psql',
    'mysql',
    'gosu',
    'su-exec',
    'expect',
    'tclsh',
    'R',
    'Rscript',
  ],
  ...['yarn', 'npm', 'git', 'parallel', 'mongo', 'mongosh', 'pwsh', 'rpm', 'tee'],
]);

/** Variables are not put in single quotes by mistake. */
export const singleQuotedExpansions: ShellRule = {
  name: 'single-quoted-expansions',
  summary: 'What looks like an expansion does not stand in single quotes.',
  explanation:
    'Single quotes keep everything as it is: $name and `command` stay as they are written. That is right for programs that expand them, and for lines that go into a file to be expanded later; then it can be ignored.',
  category: 'correctness',
  severity: 'info',
  aliases: ['SC2016'],
  check({ scripts }) {
    const drafts: ShellDraft[] = [];
    for (const script of scripts) visit(script, undefined, drafts);
    return drafts;
  },
};

const expansion = /\$[{(0-9a-zA-Z_]|`[^`\n]{1,200}`/;

function visit(node: ShellNode, command: SimpleCommand | undefined, drafts: ShellDraft[]): void {
  if (node.kind === 'single' && expansion.test(node.value) && !expands(command, node.value)) {
    const { from, to } = node;
    const found = expansion.exec(node.value)!;
    const what = node.value.slice(found.index, found.index + 20).split(/[\s"/]/, 1)[0]!;
    drafts.push({
      from,
      to,
      message: `${what} is not expanded in single quotes`,
      advice: 'use double quotes if it should be',
    });
  }
  const inner = node.kind === 'simple' ? node : command;
  for (const child of childrenOf(node)) visit(child, inner, drafts);
}

function expands(command: SimpleCommand | undefined, value: string): boolean {
  const names = command?.words.map((word) => programName(staticValue(word) ?? '')) ?? [];
  const name = names[0] ?? '';
  if (name === '' && command !== undefined && command.words.length === 0) return isPrompt(command);
  if (name === 'sed') return !expansion.test(value.replace(/\$[{dpsaic](?![a-zA-Z])/g, ''));
  return expanders.has(name.replace(/[\d.]+$/, '')) || (name === 'env' && names.some((each) => expanders.has(each)));
}

function isPrompt({ assignments }: SimpleCommand): boolean {
  return assignments.some(({ name }) => /^PS[0-4]$|^PROMPT_COMMAND$/.test(name));
}
