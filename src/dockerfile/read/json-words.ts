import { sourceSpan } from '../logical-text.ts';
import type { JsonWord, LogicalText } from '../syntax.ts';
import { skipSpace } from './characters.ts';

/**
 * The strings of a JSON array, each with its place. `not-json`: it is no JSON array, so it is words for a shell. `not-strings`:
 * it is one, but not of strings alone, which builders refuse.
 */
export function jsonWords(args: LogicalText): readonly JsonWord[] | 'not-json' | 'not-strings' {
  const { text } = args;
  const start = skipSpace(text, 0);
  if (text[start] !== '[') return 'not-json';
  let values: unknown;
  try {
    values = JSON.parse(text.slice(start));
  } catch {
    return 'not-json';
  }
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) return 'not-strings';
  const words: JsonWord[] = [];
  let at = start;
  for (const value of values) {
    const from = text.indexOf('"', at);
    let to = from + 1;
    while (text[to] !== '"') to += text[to] === '\\' ? 2 : 1;
    at = to + 1;
    words.push({ value, span: sourceSpan(args, from, at) });
  }
  return words;
}
