import { parseIgnoreFile } from '../ignore-file.ts';
import { copiedFiles } from '../copied-files.ts';
import { secretFile } from '../secret-files.ts';
import type { Draft, DockerfileRule } from '../rule.ts';
import { isRemote } from '../copy-sources.ts';
import { expandWord } from '../variables/expansion.ts';
import { instructionsOf } from '../walk.ts';

/** How often a file may be held against what COPY takes; real contexts have a handful of such files. */
const mostLooks = 5_000_000;

/** COPY brings no keys or passwords. */
export const noSecretFiles: DockerfileRule = {
  name: 'no-secret-files',
  summary: 'COPY and ADD bring no files that hold keys or passwords.',
  explanation:
    'Files such as .env, id_rsa, *.pem, .npmrc or .aws/credentials hold secrets by their nature. Once copied they stay in their layer, even if a later step deletes them. With the files of the context known, what a COPY of a folder would bring is looked at too, less what .dockerignore leaves out.',
  category: 'security',
  severity: 'error',
  aliases: [],
  check(file, { graph, facts }) {
    const ignore = typeof facts.ignoreFile === 'string' ? parseIgnoreFile(facts.ignoreFile) : undefined;
    const inContext = (facts.contextFiles ?? []).filter(
      (path) => secretFile(path) !== undefined && ignore?.leavesOut(path) !== true,
    );
    const budget = { left: mostLooks };
    return instructionsOf(file, 'copy', 'add').flatMap((instruction) => {
      if (instruction.from !== undefined) return [];
      const scope = graph.scopeOf(instruction);
      return instruction.sources.flatMap(({ text, span, heredoc }): readonly Draft[] => {
        const source = heredoc === undefined ? expandWord(text, scope).text : undefined;
        if (source === undefined || isRemote(source)) return [];
        budget.left -= inContext.length * (instruction.exclude.length + 1);
        const known = budget.left < 0 ? [] : copiedFiles(inContext, source, instruction.exclude);
        const named = facts.contextFiles === undefined && secretFile(source) !== undefined ? [source] : known;
        if (named.length === 0) return [];
        const more = named.length === 1 ? '' : ` and ${named.length - 1} more`;
        return [
          {
            span,
            message: `${instruction.keyword.text.toUpperCase()} brings ${named[0]!.slice(0, 100)} (${secretFile(named[0]!)})${more} into the image`,
            advice: `add it to .dockerignore; a build that needs it takes RUN --mount=type=secret`,
          },
        ];
      });
    });
  },
};
