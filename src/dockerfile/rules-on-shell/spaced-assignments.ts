import type { ShellRule } from '../shell/index.ts';

/** No blanks around the = of an assignment. */
export const spacedAssignments: ShellRule = {
  name: 'spaced-assignments',
  summary: 'No blanks stand around the = of an assignment.',
  explanation: 'name = value runs a program called name. name= value runs a program called value with an empty name.',
  category: 'correctness',
  severity: 'error',
  aliases: ['SC2283', 'SC1007', 'SC1068'],
  check({ commands }) {
    return commands.flatMap(({ program, args, place, from, to }) => {
      const isName = program.isStatic && /^[A-Za-z_]\w*$/.test(program.text);
      const first = args[0]?.text ?? '';
      if (isName && (first === '=' || /^=[^=~]/.test(first)))
        return [
          {
            from,
            to,
            message: `this runs a program called ${program.text}`,
            advice: `write ${program.text}=…`,
            aliases: ['SC2283'],
          },
        ];
      const empty = place.command.assignments.at(-1);
      const isUsual = empty === undefined || empty.value !== undefined || program.word !== place.command.words[0];
      if (isUsual || /^(?:IFS|CDPATH|[A-Z_]+)$/.test(empty.name)) return [];
      const message = `this runs ${program.text} with an empty ${empty.name}`;
      return [
        {
          from,
          to,
          message,
          advice: `write ${empty.name}=${program.text}, or ${empty.name}='' if that is meant`,
          severity: 'warning' as const,
          aliases: ['SC1007'],
        },
      ];
    });
  },
};
