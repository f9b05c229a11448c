import type { DockerfileRule } from '../rule.ts';

/** Each stage has a name of its own. */
export const uniqueStageNames: DockerfileRule = {
  name: 'unique-stage-names',
  summary: 'No two stages have the same name.',
  explanation:
    'With two stages of one name, what names it takes the later one, or none at all: the build depends on where it is named. Give each stage its own name.',
  category: 'correctness',
  severity: 'error',
  aliases: ['DuplicateStageName', 'DL3024'],
  check(_, { graph }) {
    const seen = new Set<string>();
    return graph.stages.flatMap(({ name, from }) => {
      if (name === undefined || from.as === undefined) return [];
      if (!seen.has(name)) {
        seen.add(name);
        return [];
      }
      return [
        {
          span: from.as.name.span,
          message: `a stage before this one is named ${name} too`,
          advice: 'give this stage another name, and check what takes from it',
        },
      ];
    });
  },
};
