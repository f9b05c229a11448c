import { skipNewlines } from './blanks.ts';
import type { Cursor } from './cursor.ts';
import { readPendingHeredocs } from './heredocs.ts';
import type { CommandSubstitution, List, ProcessSubstitution } from './syntax.ts';

/** `$(…)` (POSIX.1-2024 XCU 2.6.3), the cursor at the dollar. */
export function readCommandSubstitution(cursor: Cursor): CommandSubstitution {
  const start = cursor.at;
  cursor.at += 2;
  const body = readCommands(cursor);
  return { kind: 'command-substitution', backticks: false, body, ...cursor.span(start) };
}

/** `<(…)` and `>(…)`. */
export function readProcessSubstitution(cursor: Cursor): ProcessSubstitution {
  const start = cursor.at;
  const direction = cursor.code() === 60 ? '<' : '>';
  cursor.at += 2;
  const body = readCommands(cursor);
  cursor.extension('process-substitution', start);
  return { kind: 'process-substitution', direction, body, ...cursor.span(start) };
}

function readCommands(cursor: Cursor): List {
  // Here-documents that wait for the end of the outer line are none of the inner ones'.
  const outer = cursor.pending;
  cursor.pending = [];
  const body = cursor.nested(
    () => cursor.grammar.list(cursor),
    () => ({ kind: 'list' as const, items: [], ...cursor.span(cursor.at) }),
  );
  skipNewlines(cursor);
  cursor.pending = [...outer, ...cursor.pending];
  if (!cursor.take(')')) cursor.fail('a closing )');
  return body;
}

/**
 * The old form of command substitution. Its text has a level of backslashes more, so that it is made first and read then,
 * with the offsets of what it was made from.
 */
export function readBackticks(cursor: Cursor, inDoubleQuotes: boolean): CommandSubstitution {
  const start = cursor.at;
  const offsets: number[] = [];
  let text = '';
  let at = start + 1;
  for (; at < cursor.end; at++) {
    let code = cursor.text.charCodeAt(at);
    if (code === 96) break;
    if (code === 92 && at + 1 < cursor.end) {
      const next = cursor.text.charCodeAt(at + 1);
      if (next === 36 || next === 96 || next === 92 || (next === 34 && inDoubleQuotes))
        code = cursor.text.charCodeAt(++at);
    }
    text += String.fromCharCode(code);
    offsets.push(at);
  }
  if (at >= cursor.end) cursor.fail('a closing `', 'syntax', start);
  offsets.push(at);
  const empty = { kind: 'list' as const, items: [], ...cursor.span(start) };
  const body = cursor.failed
    ? empty
    : cursor.nested(
        () => readInner(cursor.inner(text, offsets)),
        () => empty,
      );
  if (!cursor.failed) cursor.at = at + 1;
  return { kind: 'command-substitution', backticks: true, body, ...cursor.span(start) };
}

function readInner(inner: Cursor): List {
  const body = inner.grammar.list(inner);
  if (!inner.isAtEnd) inner.fail('a command');
  readPendingHeredocs(inner);
  return body;
}
