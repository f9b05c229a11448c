import { readPendingHeredocs } from './heredocs.ts';
import type { Cursor } from './cursor.ts';

/** Steps over what separates tokens on a line: blanks, line continuations, a comment. */
export function skipBlanks(cursor: Cursor): void {
  for (;;) {
    const code = cursor.code();
    if (code === 32 || code === 9) cursor.at++;
    else if (code === 92 && cursor.code(1) === 10) cursor.at += 2;
    else if (code === 35) skipComment(cursor);
    else return;
  }
}

/** Steps over blanks, comments and newlines; after a newline come the here-documents of the line. */
export function skipNewlines(cursor: Cursor): void {
  for (;;) {
    skipBlanks(cursor);
    if (cursor.code() !== 10) return;
    cursor.at++;
    if (cursor.pending.length > 0) readPendingHeredocs(cursor);
  }
}

function skipComment(cursor: Cursor): void {
  const start = cursor.at;
  const newline = cursor.text.indexOf('\n', start);
  cursor.at = newline < 0 ? cursor.end : Math.min(newline, cursor.end);
  cursor.found.comments.push({ kind: 'comment', ...cursor.span(start) });
}
