import { endsWord } from './characters.ts';
import type { Cursor } from './cursor.ts';

const reserved = new Set([
  ...['!', '{', '}', '[[', 'case', 'coproc', 'do', 'done', 'elif', 'else', 'esac', 'fi', 'for'],
  ...['function', 'if', 'in', 'select', 'then', 'time', 'until', 'while'],
]);
const longest = 8;

/** The reserved word that stands here (POSIX.1-2024 XCU 2.4), unquoted and whole; `time` and `coproc` are bash's. */
export function keywordAt(cursor: Cursor): string | undefined {
  let length = 0;
  while (length <= longest && !endsWord(cursor.code(length))) length++;
  if (length === 0 || length > longest) return undefined;
  const word = cursor.text.slice(cursor.at, cursor.at + length);
  if (!reserved.has(word)) return undefined;
  return (word === 'time' || word === 'coproc') && cursor.dialect !== 'bash' ? undefined : word;
}

/** Steps over a reserved word, or fails. */
export function expectKeyword(cursor: Cursor, word: string): void {
  if (keywordAt(cursor) === word) cursor.at += word.length;
  else cursor.fail(word);
}
