import type { Cursor } from './cursor.ts';
import type { Arithmetic } from './syntax.ts';

/**
 * The expression of `$((…))` or `((…))` (POSIX.1-2024 XCU 2.6.4). `open` is the index of the first of its parentheses, of
 * which the cursor knows that they close together. Shells read the expression itself only when it runs, and so do we not.
 */
export function readArithmetic(cursor: Cursor, open: number): Arithmetic {
  const start = cursor.at;
  const close = cursor.closingParenthesis(open + 1);
  cursor.at = open + 2;
  const arithmetic = readExpression(cursor, start, close);
  if (cursor.failed) return arithmetic;
  cursor.at = close + 2;
  return { ...arithmetic, ...cursor.span(start) };
}

/** `$[…]`, which bash had before POSIX had `$((…))`. */
export function readOldArithmetic(cursor: Cursor): Arithmetic {
  const start = cursor.at;
  let open = 0;
  let at = start + 1;
  for (; at < cursor.end; at++) {
    const code = cursor.text.charCodeAt(at);
    if (code === 91) open++;
    else if (code === 93 && --open === 0) break;
  }
  if (at >= cursor.end) cursor.fail('a closing ]', 'syntax', cursor.end);
  else cursor.at = start + 2;
  const arithmetic = readExpression(cursor, start, at);
  if (!cursor.failed) cursor.at = at + 1;
  cursor.extension('old-arithmetic', start);
  return { ...arithmetic, ...cursor.span(start) };
}

function readExpression(cursor: Cursor, start: number, close: number): Arithmetic {
  const end = cursor.end;
  if (!cursor.failed) cursor.end = close;
  const parts = cursor.nested(
    () => cursor.grammar.parts(cursor, 'heredoc'),
    () => [],
  );
  if (!cursor.failed) cursor.end = end;
  return { kind: 'arithmetic', parts, ...cursor.span(start) };
}
