import type { ShellRule } from '../shell/index.ts';

/** echo does what is meant in every shell. */
export const portableEcho: ShellRule = {
  name: 'portable-echo',
  summary: 'echo has neither options nor backslashes that shells understand differently.',
  explanation:
    'dash’s echo makes \\n a newline and prints -e, bash’s does the opposite. printf is the same everywhere.',
  category: 'correctness',
  severity: 'info',
  aliases: ['SC2028', 'SC3037'],
  check({ commands, dialect }) {
    return commands.flatMap(({ name, program, args, from, to }) => {
      if (name !== 'echo' || program.text !== 'echo') return [];
      const flag = /^-[neE]+$/.exec(args[0]?.text ?? '')?.[0];
      const advice = 'use printf';
      if (flag !== undefined && dialect === 'sh')
        return [
          {
            from,
            to,
            message: `what echo ${flag} does differs between shells`,
            advice,
            severity: 'warning' as const,
            aliases: ['SC3037'],
          },
        ];
      if (flag?.includes('e') === true) return [];
      const escaped = args.find(({ text }) => /\\(?:[abcefnrtv]|0[0-7]|x[0-9a-fA-F])/.test(text));
      if (escaped === undefined) return [];
      const message = `whether echo expands the backslash in “${escaped.text.slice(0, 30)}” differs between shells`;
      return [{ from, to, message, advice, aliases: ['SC2028'] }];
    });
  },
};
