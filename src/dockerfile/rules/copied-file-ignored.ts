import { parseIgnoreFile } from '../ignore-file.ts';
import type { DockerfileRule } from '../rule.ts';
import { expandWord } from '../variables/expansion.ts';
import { instructionsOf } from '../walk.ts';

/** COPY takes nothing that .dockerignore leaves out. */
export const copiedFileIgnored: DockerfileRule = {
  name: 'copied-file-ignored',
  summary: 'COPY and ADD take nothing that .dockerignore leaves out.',
  explanation:
    'What .dockerignore leaves out is not in the build context, so COPY does not find it and the build fails. A .dockerignore with exceptions is not looked at, since a folder may be left out and a file in it not. Needs the .dockerignore.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['CopyIgnoredFile'],
  check(file, { facts, graph }) {
    if (typeof facts.ignoreFile !== 'string') return [];
    const ignore = parseIgnoreFile(facts.ignoreFile);
    if (ignore.hasExceptions) return [];
    return instructionsOf(file, 'copy', 'add').flatMap((instruction) => {
      if (instruction.from !== undefined) return [];
      const scope = graph.scopeOf(instruction);
      return instruction.sources.flatMap(({ text, span, heredoc }) => {
        const path = heredoc === undefined ? expandWord(text, scope).text : undefined;
        if (path === undefined || /^[a-z][a-z0-9+.-]*:\/\/|^git@/.test(path)) return [];
        const isRoot = /^[./]*$/.test(path);
        if (isRoot ? !ignore.leavesOutAll : !ignore.leavesOut(path)) return [];
        return [
          {
            span,
            message: `${path.slice(0, 120)} is left out by .dockerignore`,
            advice: 'take its pattern out of .dockerignore, or do not copy it',
          },
        ];
      });
    });
  },
};
