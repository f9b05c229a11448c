import type { Cursor, PendingHeredoc } from './cursor.ts';
import type { WordPart } from './syntax.ts';

/** Reads the bodies of the here-documents that the line before announced (POSIX.1-2024 XCU 2.7.4). */
export function readPendingHeredocs(cursor: Cursor): void {
  const pending = cursor.pending;
  cursor.pending = [];
  for (const heredoc of pending) readHeredoc(cursor, heredoc);
}

function readHeredoc(cursor: Cursor, { delimiter, quoted, stripTabs, fill }: PendingHeredoc): void {
  const start = cursor.at;
  let bodyEnd = cursor.end;
  let after = cursor.end;
  let isContinued = false;
  for (let line = start; line < cursor.end;) {
    const newline = cursor.text.indexOf('\n', line);
    const lineEnd = newline < 0 || newline > cursor.end ? cursor.end : newline;
    let from = line;
    if (stripTabs) while (cursor.text.charCodeAt(from) === 9) from++;
    if (!isContinued && lineEnd - from === delimiter.length && cursor.text.startsWith(delimiter, from)) {
      bodyEnd = line;
      after = Math.min(lineEnd + 1, cursor.end);
      break;
    }
    // A line that a backslash continues is one line with the next, which then can't be the delimiter.
    isContinued = !quoted && endsInContinuation(cursor.text, line, lineEnd);
    line = lineEnd + 1;
  }
  const parts = quoted ? literal(cursor, start, bodyEnd) : expandedParts(cursor, bodyEnd);
  const heredoc = { kind: 'heredoc' as const, quoted, parts, ...cursor.span(start, bodyEnd) };
  cursor.found.heredocs.push(heredoc);
  fill(heredoc);
  if (!cursor.failed) cursor.at = after;
}

function endsInContinuation(text: string, start: number, end: number): boolean {
  let backslashes = 0;
  while (end - 1 - backslashes >= start && text.charCodeAt(end - 1 - backslashes) === 92) backslashes++;
  return backslashes % 2 === 1;
}

function literal(cursor: Cursor, start: number, end: number): WordPart[] {
  if (end <= start) return [];
  return [{ kind: 'literal', value: cursor.text.slice(start, end), ...cursor.span(start, end) }];
}

function expandedParts(cursor: Cursor, bodyEnd: number): WordPart[] {
  const end = cursor.end;
  cursor.end = bodyEnd;
  const parts = cursor.nested(
    () => cursor.grammar.parts(cursor, 'heredoc'),
    () => [],
  );
  if (!cursor.failed) cursor.end = end;
  return parts;
}
