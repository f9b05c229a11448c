import { unprivileged, unprivilegedNote } from '../rule-edits.ts';
import { offeredFix } from '../fix.ts';
import type { Draft, DockerfileRule } from '../rule.ts';
import { chainOf, lastOf } from '../walk.ts';
import { expandWord } from '../variables/expansion.ts';

/** The container does not start as root. */
export const lastUserNotRoot: DockerfileRule = {
  name: 'last-user-not-root',
  summary: 'The last USER of the final stage is not root.',
  explanation:
    'Root in a container is root to the kernel unless user namespaces are on: with a hole in the runtime, or a mount too many, it is root on the host. End the final stage with a USER that is not 0.',
  category: 'security',
  severity: 'warning',
  aliases: ['DL3002'],
  check(file, { graph }) {
    const user = lastOf(graph, 'user');
    if (user === undefined) return [];
    const { text } = expandWord(user.value.text, graph.scopeOf(user));
    if (text === undefined || !/^(?:root|0+)(?:$|:)/.test(text)) return [];
    const isOwn = [...chainOf(graph, graph.target)][0]?.instructions.includes(user) === true;
    const edit = unprivileged(file, graph);
    const draft: Draft = {
      span: user.value.span,
      message: isOwn ? 'the image runs as root' : 'the image runs as root: the final stage sets no other user',
      advice: 'end the final stage with USER and a number, as USER 65532:65532',
      ...(edit === undefined ? {} : { fix: offeredFix('write USER 65532:65532', [edit], unprivilegedNote) }),
    };
    return [draft];
  },
};
