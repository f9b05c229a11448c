import { readArithmetic } from './arithmetic.ts';
import { skipBlanks, skipNewlines } from './blanks.ts';
import { readBody } from './body.ts';
import { nameEnd } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { isArithmetic } from './dollar.ts';
import { expectKeyword, keywordAt } from './keywords.ts';
import { readRedirected } from './redirections.ts';
import type { Command, List, Word } from './syntax.ts';
import { readWord, startsWord } from './words.ts';

/** `for` (POSIX.1-2024 XCU 2.9.4.2), its C-like form, and `select` (bash manual 3.2.5), the cursor at the keyword. */
export function readFor(cursor: Cursor, kind: 'for' | 'select'): Command {
  const start = cursor.at;
  cursor.at += kind.length;
  if (kind === 'select') cursor.extension('select', start);
  skipBlanks(cursor);
  if (kind === 'for' && cursor.startsWith('((')) return readArithmeticFor(cursor, start);
  const variable = readVariable(cursor);
  const words = readWords(cursor);
  skipNewlines(cursor);
  const body = readLoopBody(cursor);
  return { kind, variable, words, body, ...readRedirected(cursor, start) };
}

function readVariable(cursor: Cursor): string {
  const start = cursor.at;
  const end = nameEnd(cursor.text, start, cursor.end);
  if (end === start) cursor.fail('the name of a variable');
  else cursor.at = end;
  if (startsWord(cursor)) cursor.fail('a blank after the name of a variable');
  return cursor.text.slice(start, end);
}

/** The words after `in`, undefined without `in`; to the newline or semicolon. */
function readWords(cursor: Cursor): Word[] | undefined {
  skipBlanks(cursor);
  if (cursor.code() === 59) {
    cursor.at++;
    return undefined;
  }
  skipNewlines(cursor);
  if (keywordAt(cursor) !== 'in') return undefined;
  cursor.at += 2;
  const words: Word[] = [];
  for (;;) {
    skipBlanks(cursor);
    if (!startsWord(cursor)) break;
    words.push(readWord(cursor, 'command'));
  }
  if (cursor.code() !== 10 && !(cursor.code() === 59 && cursor.code(1) !== 59)) cursor.fail('a newline or ; before do');
  else if (cursor.code() === 59) cursor.at++;
  return words;
}

function readArithmeticFor(cursor: Cursor, start: number): Command {
  const open = cursor.at;
  if (!isArithmetic(cursor, open)) cursor.fail('))');
  const expression = readArithmetic(cursor, open);
  cursor.extension('arithmetic-for', start);
  skipBlanks(cursor);
  if (cursor.code() === 59) cursor.at++;
  skipNewlines(cursor);
  const body = readLoopBody(cursor);
  return { kind: 'arithmetic-for', expression, body, ...readRedirected(cursor, start) };
}

function readLoopBody(cursor: Cursor): List {
  const start = cursor.at;
  const isBraced = keywordAt(cursor) === '{';
  expectKeyword(cursor, isBraced ? '{' : 'do');
  const body = readBody(cursor);
  expectKeyword(cursor, isBraced ? '}' : 'done');
  if (isBraced) cursor.extension('brace-loop-body', start);
  return body;
}
