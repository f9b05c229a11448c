import { Cursor, type Grammar } from './cursor.ts';
import { readPendingHeredocs } from './heredocs.ts';
import { readList } from './lists.ts';
import type { Script, ShellDialect } from './syntax.ts';
import { readParts } from './words.ts';

export interface ParseOptions {
  /** `sh` without. */
  readonly dialect?: ShellDialect;
  /**
   * Where each code unit of the text stands in the document it was taken from, and, one more, where it ends: for texts
   * whose line continuations and comments are no longer there. All offsets of the tree are then those of the document.
   */
  readonly offsets?: ArrayLike<number>;
}

/** A script for an image is not longer; what is, is not read. */
const longest = 1 << 20;

const grammar: Grammar = { list: readList, parts: readParts };

/**
 * Reads a shell script (POSIX.1-2024 XCU 2, bash manual 3). Never throws: what the shell would refuse is in `errors`, and
 * the tree has what came before. The time is in proportion to the text times the depth of its nesting.
 */
export function parseShell(text: string, { dialect = 'sh', offsets }: ParseOptions = {}): Script {
  const cursor = new Cursor(text, { dialect, grammar, offsets });
  if (text.length > longest) cursor.fail(`the script is longer than ${longest} characters`, 'too-long');
  const body = readList(cursor);
  if (!cursor.isAtEnd) cursor.fail('a command');
  readPendingHeredocs(cursor);
  const { errors, extensions, comments, heredocs } = cursor.found;
  const span = cursor.span(0, text.length);
  return { kind: 'script', dialect, body, comments, heredocs, errors, extensions, ...span };
}
