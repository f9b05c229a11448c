import { labelsOfTarget } from '../labels.ts';
import type { DockerfileRule } from '../rule.ts';

const prefix = 'org.opencontainers.image.';
/** Any of each group will do. */
const wanted: readonly { readonly keys: readonly string[]; readonly what: string }[] = [
  { keys: ['source'], what: 'where its source is' },
  { keys: ['revision'], what: 'which commit it was built from' },
  { keys: ['authors', 'vendor'], what: 'whose it is' },
];

/** Who, from what, which commit. */
export const auditLabels: DockerfileRule = {
  name: 'audit-labels',
  summary: 'The final stage says whose it is, where its source is and which commit it was built from.',
  explanation:
    'An image that runs somewhere and has a hole needs an owner and a commit. org.opencontainers.image.source, .revision, and .authors or .vendor say it to every tool; the revision best from a build argument, or from plimsoll build, which sets all three.',
  category: 'audit',
  severity: 'style',
  aliases: [],
  check(_, { graph }) {
    const { target } = graph;
    if (target === undefined) return [];
    const there = new Set(labelsOfTarget(graph).map(({ key }) => key));
    const missing = wanted.filter(({ keys }) => !keys.some((key) => there.has(prefix + key)));
    if (missing.length === 0) return [];
    const names = missing.map(({ keys }) => `${prefix}${keys[0]}`);
    return [
      {
        span: target.from.span,
        message: `no label says ${missing.map(({ what }) => what).join(', nor ')}`,
        advice: `add LABEL ${names.map((name) => `${name}=…`).join(' ')}`,
      },
    ];
  },
};
