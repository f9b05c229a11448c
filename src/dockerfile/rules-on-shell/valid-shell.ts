import type { Invocation, ShellRule } from '../shell/index.ts';

/** The shell can read it. */
export const validShell: ShellRule = {
  name: 'valid-shell',
  summary: 'The shell that runs a RUN can read it.',
  explanation:
    'What the shell can’t parse fails when the build gets there, after minutes; what another shell than the one of the image could parse, too. SHELL chooses the shell.',
  category: 'syntax',
  severity: 'error',
  aliases: [
    'SC1072',
    'SC1073',
    'SC1009',
    'SC1035',
    'SC1036',
    'SC1046',
    'SC1047',
    'SC1056',
    'SC1061',
    'SC1062',
    'SC1064',
    'SC1070',
    'SC1088',
    'SC1089',
  ],
  check({ scripts, commands }) {
    // What its own rule tells is not told twice.
    const errors = scripts.flatMap(({ errors: all, dialect }) =>
      all.filter(({ code }) => code !== 'not-in-dialect').map((error) => ({ ...error, dialect })),
    );
    return [
      ...errors.map(({ from, to, message, expected, dialect }) => ({
        ...{ from, to, message: `${dialect} can’t read this: ${message}` },
        advice: expected.startsWith('the script') ? 'move it into a file' : `write ${expected}`,
      })),
      ...commands.filter(isBadTest).map(({ program, from, to }) => ({
        ...{ from, to },
        message:
          program.text === '[' ? 'this [ has no ] as its last argument' : `${program.text} is no test: [ is a command`,
        advice: 'put blanks around [ and ]',
      })),
    ];
  },
};

function isBadTest({ program, args }: Invocation): boolean {
  if (program.text === '[') return args.at(-1)?.text !== ']';
  return program.text.startsWith('[') && program.text !== '[[';
}
