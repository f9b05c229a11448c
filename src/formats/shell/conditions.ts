import { skipBlanks, skipNewlines } from './blanks.ts';
import { endsWord } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { Condition, Word } from './syntax.ts';
import { readWord, startsWord } from './words.ts';

/** The expression between `[[` and `]]` (bash manual 3.2.5.2), undefined where none stands. */
export function readCondition(cursor: Cursor): Condition | undefined {
  return readJoined(cursor, '||', () => readJoined(cursor, '&&', () => readPrimary(cursor)));
}

function readJoined(cursor: Cursor, operator: '&&' | '||', read: () => Condition | undefined): Condition | undefined {
  const first = read();
  if (first === undefined) return undefined;
  const operands = [first];
  for (;;) {
    skipNewlines(cursor);
    if (!cursor.take(operator)) break;
    const next = read();
    if (next === undefined) cursor.fail(`a condition after ${operator}`);
    else operands.push(next);
  }
  if (operands.length === 1) return first;
  const span = { from: first.from, to: operands.at(-1)!.to };
  return { kind: operator === '&&' ? 'condition-and' : 'condition-or', operands, ...span };
}

function readPrimary(cursor: Cursor): Condition | undefined {
  skipNewlines(cursor);
  const start = cursor.at;
  if (cursor.code() === 40) return readGroup(cursor);
  if (cursor.code() === 33 && endsWord(cursor.code(1))) {
    cursor.at++;
    const operand = cursor.nested(
      () => readPrimary(cursor),
      () => undefined,
    );
    if (operand === undefined) cursor.fail('a condition after !');
    return operand && { kind: 'condition-not', operand, ...cursor.span(start, cursor.at) };
  }
  if (!startsWord(cursor) || closesTest(cursor)) return undefined;
  const left = readWord(cursor, 'command');
  const text = cursor.text.slice(start, cursor.at);
  const end = cursor.at;
  skipBlanks(cursor);
  const operator = readBinaryOperator(cursor);
  if (operator !== undefined) return readBinary(cursor, start, { left, operator });
  if (/^-[a-hknoprstuvwxzGLNORS]$/.test(text)) {
    if (!startsWord(cursor) || closesTest(cursor)) cursor.fail(`a word after ${text}`);
    const operand = readWord(cursor, 'command');
    return { kind: 'condition-unary', operator: text, operand, ...cursor.span(start) };
  }
  return { kind: 'condition-word', word: left, ...cursor.span(start, end) };
}

function readGroup(cursor: Cursor): Condition | undefined {
  const start = cursor.at;
  cursor.at++;
  const operand = cursor.nested(
    () => readCondition(cursor),
    () => undefined,
  );
  if (operand === undefined) cursor.fail('a condition');
  skipNewlines(cursor);
  if (!cursor.take(')')) cursor.fail('a closing )');
  cursor.extension('double-bracket-parenthesis', start);
  return operand && { kind: 'condition-group', operand, ...cursor.span(start) };
}

const binaryOperator = /(?:==|=~|!=|=|-(?:nt|ot|ef|eq|ne|lt|le|gt|ge))(?=[ \t\n\\])/y;

function readBinaryOperator(cursor: Cursor): string | undefined {
  const code = cursor.code();
  if ((code === 60 || code === 62) && cursor.code(1) !== 40) return cursor.text[cursor.at++];
  binaryOperator.lastIndex = cursor.at;
  const found = binaryOperator.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

function readBinary(
  cursor: Cursor,
  start: number,
  { left, operator }: { readonly left: Word; readonly operator: string },
): Condition {
  skipBlanks(cursor);
  const isRegex = operator === '=~';
  if (!startsWord(cursor) && !(isRegex && cursor.code() === 40)) cursor.fail(`a word after ${operator}`);
  const rightStart = cursor.at;
  const right = readWord(cursor, isRegex ? 'regex' : 'command');
  const hasParenthesis = right.parts.some((part) => part.kind === 'literal' && part.value.includes('('));
  if (hasParenthesis) cursor.extension('double-bracket-parenthesis', rightStart);
  return { kind: 'condition-binary', operator, left, right, ...cursor.span(start) };
}

/** Whether `]]` stands here as a word. */
export function closesTest(cursor: Cursor): boolean {
  return cursor.startsWith(']]') && endsWord(cursor.code(2));
}
