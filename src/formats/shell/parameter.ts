import { isDigit, isNameStart, nameEnd } from './characters.ts';
import type { Cursor, WordPlace } from './cursor.ts';
import type { Parameter, ShellFeature, Word } from './syntax.ts';

/** `${…}` with its operators (POSIX.1-2024 XCU 2.6.2; bash manual 3.5.3), the cursor at the dollar. */
export function readParameter(cursor: Cursor, quoted: boolean): Parameter {
  const start = cursor.at;
  cursor.at += 2;
  const inside = cursor.nested(() => readInside(cursor, quoted), nothing);
  if (!cursor.take('}')) cursor.fail('a closing }');
  for (const feature of featuresOf(inside)) cursor.extension(feature, start);
  return { kind: 'parameter', braced: true, ...inside, ...cursor.span(start) };
}

type Inside = Pick<Parameter, 'name' | 'prefix' | 'subscript' | 'operator' | 'argument'>;

function nothing(): Inside {
  return { name: '', prefix: undefined, subscript: undefined, operator: undefined, argument: undefined };
}

function readInside(cursor: Cursor, quoted: boolean): Inside {
  const prefix = readPrefix(cursor);
  const name = readName(cursor);
  const subscript = name !== '' && cursor.code() === 91 ? readSubscript(cursor) : undefined;
  const operator = readOperator(cursor);
  // What begins with no name or goes on after it without an operator is refused only when it is expanded.
  const hasArgument = operator !== undefined || cursor.code() !== 125;
  const argument = hasArgument ? readArgument(cursor, placeOf(operator ?? '', quoted)) : undefined;
  return { name, prefix, subscript, operator, argument };
}

function readArgument(cursor: Cursor, where: WordPlace): Word {
  const start = cursor.at;
  const parts = cursor.grammar.parts(cursor, where);
  return { kind: 'word', parts, ...cursor.span(start) };
}

/** `#` and `!` are also parameters by themselves. */
function readPrefix(cursor: Cursor): '#' | '!' | undefined {
  const code = cursor.code();
  if (code !== 35 && code !== 33) return undefined;
  const next = cursor.code(1);
  const isName = isNameStart(next) || isDigit(next);
  if (!isName && !(isSpecial(next) && cursor.code(2) === 125)) return undefined;
  cursor.at++;
  return code === 35 ? '#' : '!';
}

function readName(cursor: Cursor): string {
  const start = cursor.at;
  const code = cursor.code();
  if (isNameStart(code)) cursor.at = nameEnd(cursor.text, start, cursor.end);
  else if (isDigit(code)) while (isDigit(cursor.code())) cursor.at++;
  else if (isSpecial(code)) cursor.at++;
  return cursor.text.slice(start, cursor.at);
}

function isSpecial(code: number): boolean {
  return code === 64 || code === 42 || code === 35 || code === 63 || code === 36 || code === 33 || code === 45;
}

function readSubscript(cursor: Cursor): Word {
  cursor.at++;
  const start = cursor.at;
  const parts = cursor.grammar.parts(cursor, 'subscript');
  const span = cursor.span(start);
  if (!cursor.take(']')) cursor.fail('a closing ]');
  return { kind: 'word', parts, ...span };
}

/** Longer ones first. */
const operators = [
  ...[':-', ':=', ':?', ':+', '##', '%%', '//', '/#', '/%', '^^', ',,'],
  ...['-', '=', '?', '+', '#', '%', '/', '^', ',', ':', '@', '*'],
];

function readOperator(cursor: Cursor): string | undefined {
  for (const operator of operators) {
    if (!cursor.take(operator)) continue;
    return operator;
  }
  return undefined;
}

function featuresOf({ prefix, subscript, operator }: Inside): ShellFeature[] {
  const feature = operator === undefined || prefix === '!' ? undefined : featureOf(operator);
  return [
    ...(subscript === undefined ? [] : ['subscript' as const]),
    ...(prefix === '!' ? ['parameter-indirection' as const] : []),
    ...(feature === undefined ? [] : [feature]),
  ];
}

function featureOf(operator: string): ShellFeature | undefined {
  const first = operator[0];
  if (operator === ':') return 'parameter-substring';
  if (first === '/') return 'parameter-replacement';
  if (first === '^' || first === ',') return 'parameter-case';
  return first === '@' ? 'parameter-transformation' : undefined;
}

function placeOf(operator: string, quoted: boolean): WordPlace {
  if (!quoted) return 'braces';
  return /^[#%/^,:]/.test(operator) && !/^:[-=?+]$/.test(operator) ? 'quoted-pattern' : 'quoted-braces';
}
