import type { ShellRule } from '../shell/index.ts';

/** SHELL, not a link over /bin/sh. */
export const shellInstruction: ShellRule = {
  name: 'shell-instruction',
  summary: 'The default shell is chosen by SHELL, not by replacing /bin/sh.',
  explanation:
    'Scripts of the distribution are written for its /bin/sh. SHELL changes what runs the Dockerfile’s own commands and leaves theirs alone.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['DL4005'],
  check({ commands }) {
    return commands
      .filter(
        ({ name, args }) => name === 'ln' && args.some(({ text }) => text === '/bin/sh' || text === '/usr/bin/sh'),
      )
      .filter(({ args }) => /\/(?:usr\/)?bin\/sh$/.test(args.findLast(({ text }) => !text.startsWith('-'))!.text))
      .map(({ args, from, to }) => {
        const shell = args.find(({ text }) => !text.startsWith('-'))!.text;
        const last = args.at(-1)!.text;
        const aliases = last === '/bin/sh' ? ['DL4005'] : [];
        const path = shell.startsWith('/') ? shell : `/bin/${shell}`;
        return {
          from,
          to,
          message: `a link to ${shell} replaces ${last} for every script`,
          advice: `write SHELL ["${path}", "-c"]`,
          aliases,
        };
      });
  },
};
