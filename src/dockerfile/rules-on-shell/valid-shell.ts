import type { ShellRule } from '../shell/index.ts';

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
  check({ script }) {
    // What its own rule tells is not told twice.
    return script.errors
      .filter(({ code }) => code !== 'not-in-dialect')
      .map(({ from, to, message, expected }) => ({
        from,
        to,
        message: `${script.dialect} can’t read this: ${message}`,
        advice: `write ${expected}`,
      }));
  },
};
