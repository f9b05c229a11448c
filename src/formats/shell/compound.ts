import { readArithmetic } from './arithmetic.ts';
import { skipNewlines } from './blanks.ts';
import { closesTest, readCondition } from './conditions.ts';
import type { Cursor } from './cursor.ts';
import { isArithmetic } from './dollar.ts';
import { expectKeyword, keywordAt } from './keywords.ts';
import { readCase } from './case.ts';
import { readFor } from './for.ts';
import { readFunctionKeyword } from './functions.ts';
import { readRedirected } from './redirections.ts';
import { readBody } from './body.ts';
import type { Command, List } from './syntax.ts';

/** A compound command (POSIX.1-2024 XCU 2.9.4) with its redirections, undefined where none begins. */
export function readCompound(cursor: Cursor): Command | undefined {
  return cursor.nested(
    () => readKind(cursor),
    () => undefined,
  );
}

function readKind(cursor: Cursor): Command | undefined {
  if (cursor.code() === 40) {
    return cursor.code(1) === 40 && isArithmetic(cursor, cursor.at)
      ? readArithmeticCommand(cursor)
      : readSubshell(cursor);
  }
  const keyword = keywordAt(cursor);
  switch (keyword) {
    case '{':
      return readGroup(cursor);
    case 'if':
      return readIf(cursor);
    case 'while':
    case 'until':
      return readLoop(cursor, keyword);
    case 'for':
    case 'select':
      return readFor(cursor, keyword);
    case 'case':
      return readCase(cursor);
    case 'function':
      return readFunctionKeyword(cursor, readCompound);
    case '[[':
      return readTest(cursor);
    default:
      return undefined;
  }
}

function readArithmeticCommand(cursor: Cursor): Command {
  const start = cursor.at;
  const expression = readArithmetic(cursor, start);
  cursor.extension('arithmetic-command', start);
  return { kind: 'arithmetic-command', expression, ...readRedirected(cursor, start) };
}

function readSubshell(cursor: Cursor): Command {
  const start = cursor.at;
  cursor.at++;
  const body = readBody(cursor);
  if (!cursor.take(')')) cursor.fail('a closing )');
  return { kind: 'subshell', body, ...readRedirected(cursor, start) };
}

function readGroup(cursor: Cursor): Command {
  const start = cursor.at;
  cursor.at++;
  const body = readBody(cursor);
  expectKeyword(cursor, '}');
  return { kind: 'group', body, ...readRedirected(cursor, start) };
}

function readIf(cursor: Cursor): Command {
  const start = cursor.at;
  const branches: { condition: List; body: List }[] = [];
  let keyword: string | undefined = 'if';
  do {
    cursor.at += keyword.length;
    const condition = readBody(cursor);
    expectKeyword(cursor, 'then');
    branches.push({ condition, body: readBody(cursor) });
    keyword = keywordAt(cursor);
  } while (keyword === 'elif');
  let otherwise: List | undefined;
  if (keyword === 'else') {
    cursor.at += keyword.length;
    otherwise = readBody(cursor);
  }
  expectKeyword(cursor, 'fi');
  return { kind: 'if', branches, otherwise, ...readRedirected(cursor, start) };
}

function readLoop(cursor: Cursor, kind: 'while' | 'until'): Command {
  const start = cursor.at;
  cursor.at += kind.length;
  const condition = readBody(cursor);
  expectKeyword(cursor, 'do');
  const body = readBody(cursor);
  expectKeyword(cursor, 'done');
  return { kind, condition, body, ...readRedirected(cursor, start) };
}

function readTest(cursor: Cursor): Command {
  const start = cursor.at;
  cursor.at += 2;
  cursor.extension('double-bracket', start);
  const expression = readCondition(cursor);
  if (expression === undefined) cursor.fail('a condition');
  skipNewlines(cursor);
  if (closesTest(cursor)) cursor.at += 2;
  else cursor.fail(']]');
  return { kind: 'test', expression, ...readRedirected(cursor, start) };
}
