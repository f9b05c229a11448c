import { unprivileged, unprivilegedNote } from '../rule-edits.ts';
import { offeredFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';
import { lastOf, outermostBase } from '../walk.ts';

/** The final stage says as whom it runs. */
export const userDeclared: DockerfileRule = {
  name: 'user-declared',
  summary: 'The final stage says USER.',
  explanation:
    'Without USER the container runs as whatever user the base image has, which is root for nearly all. Kubernetes refuses such an image where runAsNonRoot is asked. Bases whose tag says nonroot are taken at their word.',
  category: 'security',
  severity: 'warning',
  aliases: ['DL3063'],
  check(file, { graph }) {
    const { target } = graph;
    if (target === undefined || lastOf(graph, 'user') !== undefined) return [];
    const base = outermostBase(graph)?.base;
    const reference = base?.kind === 'image' ? base.reference.text : 'scratch';
    if (reference === undefined || /nonroot|non-root|rootless|unprivileged/.test(reference)) return [];
    const edit = unprivileged(file, graph);
    return [
      {
        span: target.from.span,
        message:
          base === undefined
            ? 'the image sets no user, so it runs as root'
            : 'the image sets no user, so it runs as that of its base, mostly root',
        advice: 'end the final stage with USER and a number, as USER 65532:65532',
        ...(edit === undefined ? {} : { fix: offeredFix('write USER 65532:65532', [edit], unprivilegedNote) }),
      },
    ];
  },
};
