import type { DockerfileRule } from '../rule.ts';

/** Not `scratch` or `context`. */
export const reservedStageName: DockerfileRule = {
  name: 'reserved-stage-name',
  summary: 'No stage is named scratch or context.',
  explanation: 'Builders keep these names for the empty image and the build context; a stage of that name hides them.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['ReservedStageName'],
  check(_, { graph }) {
    return graph.stages.flatMap(({ name, from }) =>
      name === 'scratch' || name === 'context'
        ? [
            {
              span: from.as?.name.span ?? from.span,
              message: `${name} is a name that builders keep for themselves`,
              advice: 'give the stage another name',
            },
          ]
        : [],
    );
  },
};
