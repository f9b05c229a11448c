import type { DockerfileRule } from '../rule.ts';
import { instructionsOf } from '../walk.ts';

/** COPY . with a .dockerignore. */
export const contextHasIgnoreFile: DockerfileRule = {
  name: 'context-has-ignore-file',
  summary: 'COPY of the whole context has a .dockerignore beside it.',
  explanation:
    'COPY . takes everything that lies there: .git with its history, .env, keys, node_modules, what the last build left. A .dockerignore keeps it out, and the build fast. Needs to know whether there is one.',
  category: 'security',
  severity: 'warning',
  aliases: [],
  check(file, { facts }) {
    if (facts.ignoreFile !== null) return [];
    return instructionsOf(file, 'copy', 'add').flatMap(({ from, sources, keyword }) =>
      sources
        .filter(
          ({ text, heredoc }) =>
            from === undefined && heredoc === undefined && /^["']?(?:\.\/*|\/+|\*)\*?["']?$/.test(text) && text !== '',
        )
        .map(({ text, span }) => ({
          span,
          message: `${keyword.text.toUpperCase()} ${text} takes all of the context, and there is no .dockerignore`,
          advice: 'write a .dockerignore with .git, .env and what the image does not need, or copy single paths',
        })),
    );
  },
};
