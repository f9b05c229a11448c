import { skipBlanks, skipNewlines } from './blanks.ts';
import type { Cursor } from './cursor.ts';
import { readRedirected } from './redirections.ts';
import type { Command, SimpleCommand } from './syntax.ts';
import { readWord, startsWord } from './words.ts';

type ReadCommand = (cursor: Cursor) => Command | undefined;

/** `name () body` (POSIX.1-2024 XCU 2.9.5): a simple command of one word was read, the cursor is at the parenthesis. */
export function readFunction(cursor: Cursor, head: SimpleCommand, readCommand: ReadCommand): Command {
  const start = head.from;
  const [part] = head.words[0]!.parts;
  if (part?.kind !== 'literal' || head.words[0]!.parts.length > 1) cursor.fail('a command before (');
  cursor.at++;
  skipBlanks(cursor);
  if (!cursor.take(')')) cursor.fail('a closing ) after the name of a function');
  const name = part?.kind === 'literal' ? part.value : '';
  if (!/^[A-Za-z_]\w*$/.test(name)) cursor.extension('function-name', cursor.at, cursor.at);
  const { to, ...rest } = readRest(cursor, name, readCommand);
  return { ...rest, from: start, to };
}

/** `function name [()] body` (bash manual 3.3), the cursor at the keyword. */
export function readFunctionKeyword(cursor: Cursor, readCommand: ReadCommand): Command {
  const start = cursor.at;
  cursor.at += 8;
  cursor.extension('function-keyword', start);
  skipBlanks(cursor);
  if (!startsWord(cursor)) cursor.fail('the name of a function');
  const nameStart = cursor.at;
  readWord(cursor, 'command');
  const name = cursor.text.slice(nameStart, cursor.at);
  skipBlanks(cursor);
  // `function f (…)` has a subshell as its body; `function f () …` any.
  if (/^\([ \t]*\)/.test(cursor.text.slice(cursor.at, cursor.at + 100)))
    cursor.at = cursor.text.indexOf(')', cursor.at) + 1;
  const { to, ...rest } = readRest(cursor, name, readCommand);
  return { ...rest, from: cursor.span(start).from, to };
}

function readRest(cursor: Cursor, name: string, readCommand: ReadCommand) {
  const start = cursor.at;
  skipNewlines(cursor);
  const body = readCommand(cursor);
  if (body === undefined) cursor.fail('the body of a function');
  return { kind: 'function' as const, name, body, ...readRedirected(cursor, start) };
}
