import { sourceSpan, wordOf } from '../../logical-text.ts';
import { quotedWords } from '../words.ts';
import { type InstructionReader, missing } from './reader.ts';

/** `ARG name[=value] …` */
export const argReader: InstructionReader = {
  flags: {},
  ignoresFlags: true,
  read(parts, context) {
    const { args } = parts;
    const words = quotedWords(args, context.escape);
    if (words.length === 0) return missing(parts.keyword, 'a name', context);
    const variables = words.map(({ from, to, text }) => {
      const span = sourceSpan(args, from, to);
      const equals = text.indexOf('=');
      if (equals === 0) context.problems.add('blank-name', span, 'a name of ARG is empty');
      return equals === -1
        ? { name: wordOf(args, from, to), value: undefined, span }
        : { name: wordOf(args, from, from + equals), value: wordOf(args, from + equals + 1, to), span };
    });
    return { ...parts, kind: 'arg', variables };
  },
};
