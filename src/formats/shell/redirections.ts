import { skipBlanks } from './blanks.ts';
import { isDigit, nameEnd } from './characters.ts';
import type { Cursor } from './cursor.ts';
import type { Heredoc, Redirection, RedirectionOperator, Span } from './syntax.ts';
import { readWord, startsWord } from './words.ts';

/** Longer ones first. */
const operators: readonly RedirectionOperator[] = [
  ...(['&>>', '<<<', '<<-'] as const),
  ...(['&>', '<<', '<&', '<>', '>>', '>&', '>|'] as const),
  ...(['<', '>'] as const),
];

/** The redirections after a compound command (POSIX.1-2024 XCU 2.7), and the span from its start to the last of them. */
export function readRedirected(
  cursor: Cursor,
  start: number,
): Span & { readonly redirections: readonly Redirection[] } {
  const redirections: Redirection[] = [];
  for (let end = cursor.at; ; end = cursor.at) {
    skipBlanks(cursor);
    const redirection = readRedirection(cursor);
    if (redirection === undefined) return { redirections, ...cursor.span(start, end) };
    redirections.push(redirection);
  }
}

/** A redirection, undefined where none begins; numbers and `{names}` belong to it only right before the operator. */
export function readRedirection(cursor: Cursor): Redirection | undefined {
  const start = cursor.at;
  const afterDescriptor = descriptorEnd(cursor);
  const code = afterDescriptor < cursor.end ? cursor.text.charCodeAt(afterDescriptor) : NaN;
  const isBoth = code === 38 && afterDescriptor === start && cursor.code(1) === 62;
  if (code !== 60 && code !== 62 && !isBoth) return undefined;
  if (!isBoth && afterDescriptor === start && cursor.code(1) === 40) return undefined;
  const before = cursor.text.slice(start, afterDescriptor);
  cursor.at = afterDescriptor;
  const operator = operators.find((candidate) => cursor.take(candidate))!;
  if (operator === '<<<') cursor.extension('here-string', start);
  if (isBoth) cursor.extension('redirect-both', start);
  if (before.startsWith('{')) cursor.extension('redirect-to-variable', start);
  const descriptor = before === '' ? undefined : before.startsWith('{') ? before.slice(1, -1) : Number(before);
  skipBlanks(cursor);
  const targetStart = cursor.at;
  const target = startsWord(cursor) ? readWord(cursor, 'command') : undefined;
  if (target === undefined) cursor.fail(`a word after ${operator}`);
  const redirection: { -readonly [Key in keyof Redirection]: Redirection[Key] } = {
    kind: 'redirection',
    operator,
    descriptor,
    target,
    heredoc: undefined,
    ...cursor.span(start),
  };
  if (operator === '<<' || operator === '<<-')
    cursor.pending.push({
      ...delimiterOf(cursor.text.slice(targetStart, cursor.at)),
      stripTabs: operator === '<<-',
      fill: (heredoc: Heredoc) => (redirection.heredoc = heredoc),
    });
  return redirection;
}

function descriptorEnd(cursor: Cursor): number {
  let at = cursor.at;
  if (cursor.code() === 123) {
    const end = nameEnd(cursor.text, at + 1, cursor.end);
    const closes = end > at + 1 && end < cursor.end && cursor.text.charCodeAt(end) === 125;
    return closes ? end + 1 : at;
  }
  // A descriptor has few digits; longer runs are words and are passed over but once.
  while (at - cursor.at < 10 && at < cursor.end && isDigit(cursor.text.charCodeAt(at))) at++;
  return at;
}

/** The delimiter of a here-document has its quotes removed and nothing expanded. */
function delimiterOf(raw: string): { readonly delimiter: string; readonly quoted: boolean } {
  const delimiter = raw.replace(
    /\\\n|\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"/g,
    (_whole, escaped, single, double) =>
      double === undefined ? (escaped ?? single ?? '') : double.replace(/\\([$`"\\])/g, '$1'),
  );
  return { delimiter, quoted: /['"\\]/.test(raw) };
}
