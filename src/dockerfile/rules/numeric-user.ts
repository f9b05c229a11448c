import type { DockerfileRule } from '../rule.ts';
import { expandWord } from '../variables/expansion.ts';
import { lastOf } from '../walk.ts';

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
    return [
      {
        span: user.value.span,
        message: `the user ${text.slice(0, 80)} is a name`,
        advice: 'write its number, as USER 65532:65532',
      },
    ];
  },
};
