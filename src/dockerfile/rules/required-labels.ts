import { labelsOfTarget } from '../labels.ts';
import type { DockerfileRule } from '../rule.ts';

/** The labels of the schema are there. */
export const requiredLabels: DockerfileRule = {
  name: 'required-labels',
  summary: 'The final stage has every label that the label schema names.',
  explanation:
    'With a label schema in the settings (--require-label, label-schema), the image must have each of its labels. Without one, this says nothing.',
  category: 'audit',
  severity: 'info',
  aliases: ['DL3049'],
  check(_, { graph, settings: { labelSchema } }) {
    const { target } = graph;
    if (target === undefined) return [];
    const there = new Set(labelsOfTarget(graph).map(({ key }) => key));
    return Object.keys(labelSchema)
      .filter((key) => !there.has(key))
      .map((key) => ({
        span: target.from.span,
        message: `the label ${key} is missing`,
        advice: `add LABEL ${key}="…"`,
      }));
  },
};
