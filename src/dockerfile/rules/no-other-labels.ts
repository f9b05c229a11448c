import { labelsOf } from '../labels.ts';
import type { DockerfileRule } from '../rule.ts';

/** No labels but those of the schema. */
export const noOtherLabels: DockerfileRule = {
  name: 'no-other-labels',
  summary: 'With strict labels, no label but those of the label schema is set.',
  explanation: 'Asked for with --strict-labels or strict-labels; without it, this says nothing.',
  category: 'audit',
  severity: 'info',
  aliases: ['DL3050'],
  check(_, { graph, settings: { labelSchema, strictLabels } }) {
    if (!strictLabels) return [];
    return graph.stages
      .flatMap((stage) => labelsOf(graph, stage))
      .filter(({ key }) => !Object.hasOwn(labelSchema, key))
      .map(({ key, pair }) => ({
        span: pair.name.span,
        message: `the label ${key.slice(0, 80)} is not in the label schema`,
        advice: 'leave it out, or add it to the schema',
      }));
  },
};
