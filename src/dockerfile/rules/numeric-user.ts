import type { DockerfileRule } from '../rule.ts';
import { expandWord } from '../variables/expansion.ts';
import { lastOf, outermostBase } from '../walk.ts';
import { offeredFix } from '../fix.ts';
import { parseImageName } from '../image-name.ts';
import type { StageGraph } from '../stages.ts';

/** USER by number. */
export const numericUser: DockerfileRule = {
  name: 'numeric-user',
  summary: 'The last USER is a number.',
  explanation:
    "A name is looked up in the image's /etc/passwd when the container starts; outside, nobody can tell whether it is root. Kubernetes refuses a name where runAsNonRoot is asked, and files on volumes are owned by numbers.",
  category: 'security',
  severity: 'info',
  aliases: ['DL3066'],
  check(_, { graph }) {
    const user = lastOf(graph, 'user');
    if (user === undefined) return [];
    const { text } = expandWord(user.value.text, graph.scopeOf(user));
    if (text === undefined || text === '' || /^\d/.test(text) || /^root(?:$|:)/.test(text)) return [];
    const number = numberOf(text, graph);
    return [
      {
        span: user.value.span,
        message: `the user ${text.slice(0, 80)} is a name`,
        advice: `write its number, as USER ${number ?? '65532:65532'}`,
        ...(number === undefined || user.value.text !== text
          ? {}
          : { fix: offeredFix(`write ${number}`, [{ span: user.value.span, text: number }], byNumber) }),
      },
    ];
  },
};

const byNumber = { effect: 'configuration', note: 'the same user, by the number that this base has for it' } as const;

/** Of users that bases of Docker's library are known to have. */
function numberOf(user: string, graph: StageGraph): string | undefined {
  const base = outermostBase(graph)?.base;
  const image = base?.kind === 'image' ? parseImageName(base.reference.text ?? '') : undefined;
  if (image?.registry !== 'docker.io' || image.repository !== 'library/node') return undefined;
  return /^node(?::node)?$/.test(user) ? '1000:1000' : undefined;
}
