import { everyRule } from '../dockerfile/index.ts';
import { CodedError } from '../model/index.ts';
import type { RegisterCommand } from './command.ts';
import type { Io } from './io.ts';

/** `plimsoll dockerfile rules [RULE]`. */
export const registerDockerfileRules: RegisterCommand = (command, io) => {
  command
    .argument('[rule]', "a rule by our name, hadolint's or BuildKit's")
    .action((name: string | undefined) => (name === undefined ? list(io) : explain(name, io)));
};

function list(io: Io): void {
  const width = Math.max(...everyRule.map(({ name }) => name.length));
  for (const { name, severity, aliases, isOptIn } of everyRule) {
    const others = [...(isOptIn === true ? ['off by default'] : []), ...aliases].join(', ');
    io.stdout.write(`${`${name.padEnd(width)}  ${severity.padEnd(7)}  ${others}`.trimEnd()}\n`);
  }
}

function explain(name: string, io: Io): void {
  const wanted = name.toLowerCase();
  const found = everyRule.filter((rule) => [rule.name, ...rule.aliases].some((each) => each.toLowerCase() === wanted));
  if (found.length === 0)
    throw new CodedError('unknown-lint-rule', `there is no rule ${JSON.stringify(name)}`, {
      hint: 'plimsoll dockerfile rules names all',
      kind: 'usage',
    });
  for (const { name: rule, summary, explanation, severity, aliases, isOptIn } of found) {
    const covers = aliases.length === 0 ? '' : `\n  covers ${aliases.join(', ')}\n`;
    const off = isOptIn === true ? ', off by default' : '';
    io.stdout.write(`${rule}  ${severity}${off}\n${wrapped(summary, io)}\n\n${wrapped(explanation, io)}\n${covers}`);
  }
}

/** Words in lines of at most 100 columns. */
function wrapped(text: string, { columns }: Io): string {
  const lines = ['  '];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line.length > 2 && line.length + 1 + word.length > Math.min(columns, 100)) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line.length > 2 ? `${line} ${word}` : line + word;
  }
  return lines.join('\n');
}
