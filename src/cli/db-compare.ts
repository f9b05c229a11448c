import { createInterface } from 'node:readline';
import { CodedError } from '../model/index.ts';
import { visibleText } from '../report/index.ts';
import { schemeNamed, schemes } from '../versions/index.ts';
import type { VersionScheme } from '../versions/index.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus } from './exit-status.ts';

/** `plimsoll db compare SCHEME [A B]` */
export const registerDbCompare: RegisterCommand = (command, io) => {
  command
    .argument('<scheme>', schemes.map(({ name }) => name).join(', '))
    .argument('[a]', 'a version')
    .argument('[b]', 'another; without both, pairs are read from standard input, one a line')
    .addHelpText(
      'after',
      `
Prints <, = or >. From standard input, a line \`A B\` prints its sign; a line \`A < B\` (or = or >) is checked: it prints
the line and \`ok\` or \`mismatch\`, and one mismatch makes the exit status 1. Empty lines and comments (# or //) are passed over.

Examples:
  plimsoll db compare deb 1.0~rc1 1.0
  plimsoll db compare pep440 < pairs.txt`,
    )
    .action(async (name: string, a: string | undefined, b: string | undefined) => {
      const scheme = schemeNamed(name);
      if (scheme === undefined)
        throw new CodedError('unknown-version-scheme', `there is no version scheme ${name}`, {
          kind: 'usage',
          hint: `known are ${schemes.map((one) => one.name).join(', ')}`,
        });
      if (a !== undefined && b === undefined)
        throw new CodedError('one-version', `${a} needs a second version to be compared with`, { kind: 'usage' });
      if (a !== undefined && b !== undefined) {
        io.stdout.write(`${sign(scheme, a, b)}\n`);
        return;
      }
      let number = 0;
      for await (const line of createInterface({ input: io.stdin, crlfDelay: Infinity })) {
        number++;
        const answer = answerTo(line, scheme, number);
        if (answer === undefined) continue;
        if (answer.isWrong) io.exitStatus = exitStatus.toolError;
        (answer.isError ? io.stderr : io.stdout).write(`${visibleText(answer.text)}\n`);
      }
    });
};

interface Answer {
  readonly text: string;
  readonly isWrong?: boolean;
  readonly isError?: boolean;
}

function answerTo(line: string, scheme: VersionScheme, number: number): Answer | undefined {
  const words = line.trim().split(/\s+/);
  if (words[0] === '' || /^(?:#|\/\/)/.test(words[0] ?? '')) return undefined;
  const [a = '', middle = '', b = ''] = words;
  if (words.length === 2) return { text: sign(scheme, a, middle) };
  if (words.length !== 3 || !['<', '=', '>'].includes(middle))
    return { text: `line ${number} is neither \`A B\` nor \`A < B\`: ${line}`, isWrong: true, isError: true };
  const found = sign(scheme, a, b);
  return found === middle
    ? { text: `${a} ${middle} ${b} ok` }
    : { text: `${a} ${middle} ${b} mismatch, it is ${found}`, isWrong: true };
}

function sign(scheme: VersionScheme, a: string, b: string): '<' | '=' | '>' {
  const order = scheme.compare(a, b);
  return order < 0 ? '<' : order > 0 ? '>' : '=';
}
