import { type CopyInstruction } from '../syntax.ts';
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
    'Files such as .env, id_rsa, *.pem, .npmrc or .aws/credentials hold secrets by their nature. Once copied they stay in their layer, even if a later step deletes them. With the files of the context known, what a COPY would bring is looked at too, by name and content (the first 2,000 files up to 1 MiB), less what .dockerignore leaves out.',
  category: 'security',
  severity: 'error',
  aliases: [],
  check(file, { graph, facts }) {
    const ignore = typeof facts.ignoreFile === 'string' ? parseIgnoreFile(facts.ignoreFile) : undefined;
    const inContext = (facts.contextFiles ?? []).filter(
      (path) => secretFile(path) !== undefined && ignore?.leavesOut(path) !== true,
    );
    const budget = { left: mostLooks };
    /** Other files whose content tells. */
    const byContent = ({ exclude }: CopyInstruction, source: string): readonly { path: string; what: string }[] => {
      const { contextFiles = [], secretInFile } = facts;
      if (secretInFile === undefined) return [];
      budget.left -= contextFiles.length * (exclude.length + 1);
      return copiedFiles(contextFiles, source, exclude).flatMap((path) => {
        if (secretFile(path) !== undefined || ignore?.leavesOut(path) === true) return [];
        const secret = secretInFile(path);
        return secret === undefined
          ? []
          : [{ path, what: `${secret.title} ${secret.redacted} in line ${secret.line}` }];
      });
    };
    return instructionsOf(file, 'copy', 'add').flatMap((instruction) => {
      if (instruction.from !== undefined) return [];
      const scope = graph.scopeOf(instruction);
      return instruction.sources.flatMap(({ text, span, heredoc }): readonly Draft[] => {
        const source = heredoc === undefined ? expandWord(text, scope).text : undefined;
        if (source === undefined || isRemote(source)) return [];
        budget.left -= inContext.length * (instruction.exclude.length + 1);
        const known = budget.left < 0 ? [] : copiedFiles(inContext, source, instruction.exclude);
        const named = facts.contextFiles === undefined && secretFile(source) !== undefined ? [source] : known;
        const found = [
          ...named.map((path) => ({ path, what: secretFile(path)! })),
          ...(budget.left < 0 ? [] : byContent(instruction, source)),
        ];
        const [first] = found;
        if (first === undefined) return [];
        const more = found.length === 1 ? '' : ` and ${found.length - 1} more`;
        return [
          {
            span,
            message: `${instruction.keyword.text.toUpperCase()} brings ${first.path.slice(0, 100)} (${first.what})${more} into the image`,
            advice: `add it to .dockerignore; a build that needs it takes RUN --mount=type=secret`,
          },
        ];
      });
    });
  },
};
