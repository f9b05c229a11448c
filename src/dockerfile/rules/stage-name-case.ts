import { safeFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';

/** Names of stages in lower case. */
export const stageNameCase: DockerfileRule = {
  name: 'stage-name-case',
  summary: 'Names of stages are in lower case.',
  explanation:
    'Builders compare the names of stages without regard to case, so capitals only make a name look like an instruction or like a second stage. Write them in lower case.',
  category: 'style',
  severity: 'style',
  aliases: ['StageNameCasing'],
  check(_, { graph }) {
    return graph.stages.flatMap(({ from: { as } }) => {
      if (as === undefined || as.name.text === as.name.text.toLowerCase()) return [];
      const lower = as.name.text.toLowerCase();
      return [
        {
          span: as.name.span,
          message: `the stage name ${as.name.text} has capitals`,
          advice: `name it ${lower}`,
          fix: safeFix(`name the stage ${lower}`, [{ span: as.name.span, text: lower }]),
        },
      ];
    });
  },
};
