import { skipBlanks, skipNewlines } from './blanks.ts';
import type { Cursor } from './cursor.ts';
import { expectKeyword, keywordAt } from './keywords.ts';
import { readRedirected } from './redirections.ts';
import type { CaseItem, Command, Word } from './syntax.ts';
import { readWord, startsWord } from './words.ts';

/** `case word in … esac` (POSIX.1-2024 XCU 2.9.4.3), the cursor at `case`. */
export function readCase(cursor: Cursor): Command {
  const start = cursor.at;
  cursor.at += 4;
  skipBlanks(cursor);
  const subject = readRequired(cursor, 'a word after case');
  skipNewlines(cursor);
  expectKeyword(cursor, 'in');
  const items: CaseItem[] = [];
  for (;;) {
    skipNewlines(cursor);
    if (keywordAt(cursor) === 'esac' || cursor.isAtEnd) break;
    const item = readItem(cursor);
    items.push(item);
    if (item.end === undefined) break;
  }
  expectKeyword(cursor, 'esac');
  return { kind: 'case', subject, items, ...readRedirected(cursor, start) };
}

function readItem(cursor: Cursor): CaseItem {
  const start = cursor.at;
  if (cursor.take('(')) skipBlanks(cursor);
  const patterns = [readPattern(cursor)];
  while (cursor.take('|')) {
    skipBlanks(cursor);
    patterns.push(readPattern(cursor));
  }
  if (!cursor.take(')')) cursor.fail(') after a pattern');
  const body = cursor.grammar.list(cursor);
  const endStart = cursor.at;
  const end = ([';;&', ';;', ';&'] as const).find((candidate) => cursor.take(candidate));
  if (end === ';;&' || end === ';&') cursor.extension('case-fallthrough', endStart);
  const span = end === undefined && body.items.length > 0 ? cursor.span(start, endStart) : cursor.span(start);
  const to = end === undefined ? (body.items.at(-1)?.to ?? span.to) : span.to;
  return { kind: 'case-item', patterns, body, end, from: span.from, to };
}

function readPattern(cursor: Cursor): Word {
  const word = readRequired(cursor, 'a pattern');
  skipBlanks(cursor);
  return word;
}

function readRequired(cursor: Cursor, expected: string): Word {
  if (!startsWord(cursor)) cursor.fail(expected);
  return readWord(cursor, 'command');
}
