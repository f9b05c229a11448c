import type { Draft, DockerfileRule } from '../rule.ts';

/** Comments above ARG and FROM … AS begin with the name. */
export const descriptionComments: DockerfileRule = {
  name: 'description-comments',
  summary: 'A comment right above ARG or FROM … AS begins with the name it describes.',
  explanation:
    "docker build --call=outline shows these comments as descriptions if they begin with the argument's or stage's name. A comment that is meant otherwise needs an empty line below it.",
  category: 'style',
  severity: 'style',
  aliases: ['InvalidDefinitionDescription'],
  isOptIn: true,
  check({ instructions }) {
    return instructions.flatMap((instruction): readonly Draft[] => {
      const last = instruction.comments.at(-1);
      if (last === undefined || /^(?:hadolint|plimsoll|check)\b/.test(last.text)) return [];
      const names =
        instruction.kind === 'arg'
          ? instruction.variables.map(({ name }) => name.text)
          : instruction.kind === 'from' && instruction.as !== undefined
            ? [instruction.as.name.text.toLowerCase()]
            : [];
      if (names.length === 0 || names.includes(last.text.split(' ', 1)[0]!)) return [];
      return [
        {
          span: last.span,
          message: `the comment does not begin with ${names[0]!.slice(0, 80)}, which it would describe`,
          advice: `write # ${names[0]!.slice(0, 80)} and what it is for, or put an empty line below the comment`,
        },
      ];
    });
  },
};
