import { sourceSpan, wordOf } from '../../logical-text.ts';
import type { InstructionBase, Pair } from '../../syntax.ts';
import { isBlank } from '../characters.ts';
import { checkFlags } from '../flags.ts';
import type { ReadContext } from '../problems.ts';
import { quotedWords } from '../words.ts';
import { type InstructionReader, missing } from './reader.ts';

/** `ENV` and `LABEL`: `name=value …`, or in the old form `name the rest of the line`. */
export function pairsReader(kind: 'env' | 'label'): InstructionReader {
  return {
    flags: {},
    read(parts, context) {
      checkFlags(parts.flags, { keyword: kind.toUpperCase(), table: this.flags, problems: context.problems });
      const words = quotedWords(parts.args, context.escape);
      const first = words[0];
      if (first === undefined) return missing(parts.keyword, 'a name and a value', context);
      if (!first.text.includes('=')) {
        const pair = legacyPair(parts);
        if (pair === undefined) return missing(parts.keyword, 'a value for the name', context);
        return { ...parts, kind, isLegacy: true, pairs: [pair] };
      }
      return { ...parts, kind, isLegacy: false, pairs: words.flatMap((word) => pairOf(word, parts, context)) };
    },
  };
}

function legacyPair({ args }: InstructionBase): Pair | undefined {
  const { text } = args;
  let end = 0;
  while (end < text.length && !isBlank(text.charCodeAt(end))) end++;
  let from = end;
  while (from < text.length && isBlank(text.charCodeAt(from))) from++;
  if (from === end) return undefined;
  return { name: wordOf(args, 0, end), value: wordOf(args, from, text.length), span: args.span };
}

function pairOf(
  { from, to, text }: { from: number; to: number; text: string },
  { args, keyword }: InstructionBase,
  { problems }: ReadContext,
): readonly Pair[] {
  const span = sourceSpan(args, from, to);
  const equals = text.indexOf('=');
  if (equals === -1) {
    const hint = 'write name=value, and put a value with blanks in quotes';
    problems.add('not-a-pair', span, `${JSON.stringify(text.slice(0, 80))} has no =`, hint);
    return [];
  }
  if (equals === 0) problems.add('blank-name', span, `a name of ${keyword.text.toUpperCase()} is empty`);
  return [{ name: wordOf(args, from, from + equals), value: wordOf(args, from + equals + 1, to), span }];
}
