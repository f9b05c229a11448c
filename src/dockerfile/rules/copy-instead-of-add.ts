import { offeredFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';
import { isArchive, isRemote } from '../copy-sources.ts';
import { expandWord } from '../variables/expansion.ts';
import { instructionsOf } from '../walk.ts';

/** ADD looks into files, not only at their names. */
const asIs = {
  effect: 'contents',
  note: 'the same files, unless one is an archive without saying so: that is no longer unpacked',
} as const;

/** COPY for what ADD would only copy. */
export const copyInsteadOfAdd: DockerfileRule = {
  name: 'copy-instead-of-add',
  summary: 'ADD is used only for archives and addresses.',
  explanation:
    'ADD unpacks what looks like an archive and fetches what looks like an address. For plain files and folders COPY says what is meant, and does the same tomorrow when the file has other contents.',
  category: 'correctness',
  severity: 'error',
  aliases: ['DL3020'],
  check(file, { graph }) {
    return instructionsOf(file, 'add').flatMap((instruction) => {
      const { keyword, sources, checksum, keepGitDir, unpack, span } = instruction;
      const scope = graph.scopeOf(instruction);
      const plain = sources.filter(({ text, heredoc }) => {
        const path = heredoc === undefined ? (expandWord(text, scope).text ?? '$') : '';
        // What a variable stands for may be an address.
        return !isArchive(path) && !isRemote(path) && !path.startsWith('$');
      });
      if (plain.length === 0) return [];
      const isOnlyPlain =
        plain.length === sources.length && !checksum && keepGitDir === undefined && unpack === undefined;
      const text = keyword.text === keyword.text.toLowerCase() ? 'copy' : 'COPY';
      return [
        {
          span: plain.length === sources.length ? span : plain[0]!.span,
          message: `ADD only copies ${plain[0]!.heredoc === undefined ? plain[0]!.text.slice(0, 100) : 'a here-document'}`,
          advice: 'write COPY',
          ...(isOnlyPlain ? { fix: offeredFix('write COPY', [{ span: keyword.span, text }], asIs) } : {}),
        },
      ];
    });
  },
};
