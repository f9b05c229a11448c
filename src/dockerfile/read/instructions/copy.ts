import type { CopySource, InstructionBase, JsonWord, Word } from '../../syntax.ts';
import { checkFlags, type FlagTable } from '../flags.ts';
import { markOf } from '../heredoc-marks.ts';
import { jsonWords } from '../json-words.ts';
import type { ReadContext } from '../problems.ts';
import { blankWords } from '../words.ts';
import type { InstructionReader } from './reader.ts';

const both: FlagTable = { chown: 'text', chmod: 'text', link: 'boolean', exclude: 'texts' };

/** `COPY` and `ADD`, with words or as a JSON array. */
export function copyReader(kind: 'copy' | 'add'): InstructionReader {
  const flags: FlagTable =
    kind === 'copy'
      ? { ...both, from: 'text', parents: 'boolean' }
      : { ...both, checksum: 'text', 'keep-git-dir': 'boolean', unpack: 'boolean' };
  return {
    flags,
    takesHeredocs: true,
    read(parts, context) {
      const { problems } = context;
      const checked = checkFlags(parts.flags, { keyword: kind.toUpperCase(), table: flags, problems });
      const { words, isJson } = pathsOf(parts, context);
      const destination = words.at(-1);
      if (destination === undefined || words.length < 2) {
        const message = `${kind.toUpperCase()} needs at least two arguments: what, and where to`;
        problems.add('missing-argument', parts.keyword.span, message);
        return undefined;
      }
      if (markOf(destination.text) !== undefined)
        problems.add('invalid-destination', destination.span, "a here-document can't be where to copy to");
      return {
        ...parts,
        kind,
        isJson,
        sources: sourcesOf(words.slice(0, -1), parts, isJson),
        destination,
        from: checked.get('from'),
        chown: checked.get('chown'),
        chmod: checked.get('chmod'),
        link: checked.boolean('link') === true,
        parents: checked.boolean('parents') === true,
        exclude: checked.all('exclude'),
        checksum: checked.get('checksum'),
        keepGitDir: checked.boolean('keep-git-dir'),
        unpack: checked.boolean('unpack'),
      };
    },
  };
}

/** The words of `COPY`, `ADD` and `VOLUME`: of a JSON array, or between blanks. */
export function pathsOf(
  { args }: InstructionBase,
  { problems }: ReadContext,
): { readonly words: readonly Word[]; readonly isJson: boolean } {
  const words = jsonWords(args);
  if (words === 'not-strings')
    problems.add('not-strings', args.span, 'a JSON array here must hold strings alone', 'put every path in quotes');
  return typeof words === 'string'
    ? { words: blankWords(args), isJson: false }
    : { words: words.map(({ value, span }: JsonWord) => ({ text: value, span })), isJson: true };
}

function sourcesOf(words: readonly Word[], { heredocs }: InstructionBase, isJson: boolean): readonly CopySource[] {
  return words.map((word) => {
    const name = isJson ? undefined : markOf(word.text)?.name;
    return { ...word, heredoc: name === undefined ? undefined : heredocs.find((heredoc) => heredoc.name === name) };
  });
}
