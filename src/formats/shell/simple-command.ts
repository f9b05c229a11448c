import { skipBlanks, skipNewlines } from './blanks.ts';
import { nameEnd } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { readRedirection } from './redirections.ts';
import type { ArrayValue, Assignment, Redirection, SimpleCommand, Word, WordPart } from './syntax.ts';
import { readWord, startsWord } from './words.ts';

/** Commands whose arguments may be assignments of arrays. */
const declarations = new Set(['declare', 'typeset', 'local', 'export', 'readonly', 'eval']);

/** A simple command (POSIX.1-2024 XCU 2.9.1), undefined where none begins. */
export function readSimpleCommand(cursor: Cursor): SimpleCommand | undefined {
  const start = cursor.at;
  let end = start;
  const assignments: Assignment[] = [];
  const words: Word[] = [];
  const redirections: Redirection[] = [];
  let declares = false;
  for (;;) {
    const redirection = readRedirection(cursor);
    if (redirection !== undefined) redirections.push(redirection);
    else if (!startsWord(cursor)) break;
    else {
      const assignment = words.length === 0 ? readAssignment(cursor) : undefined;
      if (assignment !== undefined) assignments.push(assignment);
      else words.push(readArgument(cursor, declares));
    }
    if (words.length === 1) declares = declarations.has(plainText(words[0]!));
    end = cursor.at;
    skipBlanks(cursor);
    // The parenthesis of `name ()`; who called us reads on.
    if (words.length === 1 && cursor.code() === 40) break;
  }
  if (end === start) return undefined;
  return { kind: 'simple', assignments, words, redirections, ...cursor.span(start, end) };
}

function readArgument(cursor: Cursor, declares: boolean): Word {
  const start = cursor.at;
  const word = readWord(cursor, 'command');
  if (!declares || cursor.code() !== 40 || cursor.text.charCodeAt(cursor.at - 1) !== 61) return word;
  const parts: WordPart[] = [...word.parts, readArray(cursor)];
  return { kind: 'word', parts, ...cursor.span(start) };
}

/** `name=value`, `name+=value`, `name[subscript]=value`, `name=(…)`; undefined where a word is none of these. */
function readAssignment(cursor: Cursor): Assignment | undefined {
  const start = cursor.at;
  const end = nameEnd(cursor.text, start, cursor.end);
  if (end === start) return undefined;
  const name = cursor.text.slice(start, end);
  const target = assignmentTarget(cursor, end);
  if (target === undefined) return undefined;
  cursor.at = end;
  const subscript = target.hasSubscript ? readSubscript(cursor) : undefined;
  const append = cursor.code() === 43;
  if (subscript !== undefined) cursor.extension('subscript', start);
  if (append) cursor.extension('append-assignment', start);
  if (!cursor.failed) cursor.at += append ? 2 : 1;
  const value = readValue(cursor);
  return { kind: 'assignment', name, append, subscript, value, ...cursor.span(start) };
}

function readValue(cursor: Cursor): Word | ArrayValue | undefined {
  if (cursor.code() === 40) return readArray(cursor);
  return startsWord(cursor) ? readWord(cursor, 'command') : undefined;
}

/** No subscript of an assignment is longer: what is, is a word. */
const longestSubscript = 1_000;

/** Whether `=` or `+=` follows a name, perhaps after a subscript. */
function assignmentTarget(cursor: Cursor, end: number): { readonly hasSubscript: boolean } | undefined {
  let at = end;
  const { text } = cursor;
  if (text.charCodeAt(at) === 91) {
    const limit = Math.min(cursor.end, at + longestSubscript);
    let open = 0;
    for (; at < limit; at++) {
      const code = text.charCodeAt(at);
      if (code === 10 || code === 59) return undefined;
      if (code === 91) open++;
      else if (code === 93 && --open === 0) break;
    }
    at++;
  }
  if (text.charCodeAt(at) === 43) at++;
  return at < cursor.end && text.charCodeAt(at) === 61 ? { hasSubscript: text.charCodeAt(end) === 91 } : undefined;
}

function readSubscript(cursor: Cursor): Word {
  cursor.at++;
  const word = readWord(cursor, 'subscript');
  if (!cursor.take(']')) cursor.fail('a closing ]');
  return word;
}

/** `(…)` after `=` (bash manual 6.7), the cursor at the parenthesis. */
function readArray(cursor: Cursor): ArrayValue {
  const start = cursor.at;
  cursor.at++;
  const elements = cursor.nested(
    () => readElements(cursor),
    () => [],
  );
  if (!cursor.take(')')) cursor.fail('a closing )');
  cursor.extension('array', start);
  return { kind: 'array', elements, ...cursor.span(start) };
}

function readElements(cursor: Cursor): (Word | Assignment)[] {
  const elements: (Word | Assignment)[] = [];
  for (;;) {
    skipNewlines(cursor);
    if (!startsWord(cursor)) return elements;
    elements.push(readIndexed(cursor) ?? readWord(cursor, 'command'));
  }
}

/** `[subscript]=value` in an array. */
function readIndexed(cursor: Cursor): Assignment | undefined {
  const start = cursor.at;
  if (cursor.code() !== 91 || assignmentTarget(cursor, start) === undefined) return undefined;
  const subscript = readSubscript(cursor);
  const append = cursor.take('+');
  if (!cursor.take('=')) cursor.fail('=');
  const value = startsWord(cursor) ? readWord(cursor, 'command') : undefined;
  return { kind: 'assignment', name: '', append, subscript, value, ...cursor.span(start) };
}

/** The text of a word that is only text. */
function plainText(word: Word): string {
  const [part] = word.parts;
  return word.parts.length === 1 && part!.kind === 'literal' ? part!.value : '';
}
