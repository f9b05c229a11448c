import { offeredFix } from '../fix.ts';
import type { ShellDraft, ShellRule } from '../shell/index.ts';

/** read and printf take text as it is. */
export const carefulReading: ShellRule = {
  name: 'careful-reading',
  summary: 'read keeps backslashes, and the format of printf is no variable.',
  explanation:
    'Without -r read takes backslashes away. A % in a variable that is the format of printf is an instruction.',
  category: 'correctness',
  severity: 'info',
  aliases: ['SC2162', 'SC2059'],
  check({ commands }) {
    return commands.flatMap(({ name, program, args, from, to }): ShellDraft[] => {
      if (name === 'read' && program.text === 'read' && !args.some(({ text }) => /^-[a-zA-Z]*r/.test(text))) {
        const fix = offeredFix('write -r', [{ from: program.to, to: program.to, text: ' -r' }], {
          effect: 'contents',
          note: 'the same, unless what is read has backslashes: they are kept',
        });
        return [
          { from, to, message: 'read takes backslashes away', advice: 'write read -r', aliases: ['SC2162'], fix },
        ];
      }
      const format = args[0]?.text === '-v' ? args[2] : args[0]?.text === '--' ? args[1] : args[0];
      if (
        name !== 'printf' ||
        format === undefined ||
        format.isStatic ||
        !format.word.parts.some(({ kind }) => kind === 'double' || kind === 'parameter')
      )
        return [];
      return [
        {
          from,
          to,
          message: 'a % in this format’s variable is an instruction',
          advice: "write printf '%s' before it",
          aliases: ['SC2059'],
        },
      ];
    });
  },
};
