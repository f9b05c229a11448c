import { ansiCText } from './ansi-c.ts';
import { readArithmetic, readOldArithmetic } from './arithmetic.ts';
import { isDigit, isNamePart, isNameStart, nameEnd } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { readParameter } from './parameter.ts';
import { readCommandSubstitution } from './substitutions.ts';
import type { WordPart } from './syntax.ts';

/** What a `$` begins (POSIX.1-2024 XCU 2.6); undefined where it is only a dollar. */
export function readDollar(cursor: Cursor, quoted: boolean): WordPart | undefined {
  const next = cursor.code(1);
  if (next === 40) {
    if (cursor.code(2) !== 40) return readCommandSubstitution(cursor);
    if (isArithmetic(cursor, cursor.at + 1)) return readArithmetic(cursor, cursor.at + 1);
    // dash reads arithmetic whatever follows.
    if (cursor.dialect === 'sh') cursor.fail('a closing ))');
    return readCommandSubstitution(cursor);
  }
  if (next === 123) return readParameter(cursor, quoted);
  if (next === 91 && cursor.dialect === 'bash') return readOldArithmetic(cursor);
  if (next === 39 && !quoted) return readAnsiC(cursor);
  if (isNameStart(next)) return readName(cursor, nameEnd(cursor.text, cursor.at + 1, cursor.end));
  if (isDigit(next) || isSpecialParameter(next)) return readName(cursor, cursor.at + 2);
  return undefined;
}

/** `((` is arithmetic where its two closing parentheses stand together, else one subshell in another. */
export function isArithmetic(cursor: Cursor, open: number): boolean {
  const outer = cursor.closingParenthesis(open);
  return outer >= 0 && cursor.closingParenthesis(open + 1) === outer - 1;
}

function readName(cursor: Cursor, end: number): WordPart {
  const start = cursor.at;
  const name = cursor.text.slice(start + 1, end);
  cursor.at = end;
  const span = cursor.span(start);
  return {
    kind: 'parameter',
    name,
    braced: false,
    prefix: undefined,
    subscript: undefined,
    operator: undefined,
    argument: undefined,
    ...span,
  };
}

/** `$'…'`; the shells of POSIX before 2024 read a dollar and a quoted text. */
function readAnsiC(cursor: Cursor): WordPart | undefined {
  const start = cursor.at;
  if (cursor.dialect === 'sh') {
    cursor.extension('ansi-c-quote', start, start + 2);
    return undefined;
  }
  let at = start + 2;
  while (at < cursor.end && cursor.text.charCodeAt(at) !== 39) at += cursor.text.charCodeAt(at) === 92 ? 2 : 1;
  if (at >= cursor.end) cursor.fail("a closing '", 'syntax', cursor.end);
  else cursor.at = at + 1;
  cursor.extension('ansi-c-quote', start);
  return { kind: 'ansi-c', value: ansiCText(cursor.text.slice(start + 2, at)), ...cursor.span(start) };
}

const specialParameters = new Set(Array.from('@*#?$!-', (character) => character.charCodeAt(0)));

function isSpecialParameter(code: number): boolean {
  return specialParameters.has(code) && !isNamePart(code);
}
