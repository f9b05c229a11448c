import { withoutInstruction } from '../rule-edits.ts';
import { offeredFix } from '../fix.ts';
import type { Draft, DockerfileRule } from '../rule.ts';
import { chainOf, lastOf } from '../walk.ts';

const ofStageAlone = {
  effect: 'configuration',
  note: 'the image stays as it is; one of that stage alone (--target) has no health check',
} as const;

/** The image says how to ask whether it works. */
export const healthcheck: DockerfileRule = {
  name: 'healthcheck',
  summary: 'The final stage has a HEALTHCHECK, and no other stage has one for nothing.',
  explanation:
    'Docker and Swarm restart and route by HEALTHCHECK; without it a hung program counts as running. Kubernetes has its own probes and ignores it. HEALTHCHECK NONE says that there is none on purpose. In a stage that the final one is not built on, it does nothing.',
  category: 'correctness',
  severity: 'style',
  aliases: ['DL3057'],
  check(file, { graph }) {
    const { target } = graph;
    if (target === undefined) return [];
    const chain = new Set(chainOf(graph, target));
    const useless = graph.stages.flatMap((stage): readonly Draft[] =>
      chain.has(stage) || !stage.isReachable
        ? []
        : stage.instructions
            .filter(({ kind }) => kind === 'healthcheck')
            .map((instruction) => ({
              span: instruction.span,
              message: 'this HEALTHCHECK does nothing: the final stage is not built on its stage',
              advice: 'put it into the final stage',
              fix: offeredFix('take it out', [withoutInstruction(file, instruction)], ofStageAlone),
              severity: 'info',
              aliases: [],
            })),
    );
    if (lastOf(graph, 'healthcheck') !== undefined) return useless;
    return [
      ...useless,
      {
        span: target.from.span,
        message: 'no HEALTHCHECK tells whether the program works',
        advice: 'add HEALTHCHECK CMD ["program", "that", "asks"], or HEALTHCHECK NONE if nothing can',
      },
    ];
  },
};
