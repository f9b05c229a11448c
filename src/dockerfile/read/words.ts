import { sliceLogical, trimLogical, wordOf } from '../logical-text.ts';
import type { Flag, LogicalText, Word } from '../syntax.ts';
import { isBlank, isSpace, skipSpace } from './characters.ts';

/** Words between blanks; quotes mean nothing. What `FROM`, `COPY`, `EXPOSE` and others take. */
export function blankWords(args: LogicalText): readonly Word[] {
  const words: Word[] = [];
  const { text } = args;
  let at = 0;
  while (at < text.length) {
    while (at < text.length && isBlank(text.charCodeAt(at))) at++;
    const from = at;
    while (at < text.length && !isBlank(text.charCodeAt(at))) at++;
    if (at > from) words.push(wordOf(args, from, at));
  }
  return words;
}

/** Words between white space, where quotes and escapes keep white space in a word; both stay in it. For `ENV` and its like. */
export function quotedWords(args: LogicalText, escape: string): readonly { from: number; to: number; text: string }[] {
  const words: { from: number; to: number; text: string }[] = [];
  const { text } = args;
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const from = at;
    let quote = '';
    // An escape at the very end of the line escapes nothing and is dropped.
    let dropped = false;
    for (; at < text.length; at++) {
      const character = text[at]!;
      if (character === escape && quote !== "'") {
        if (at + 1 === text.length) dropped = true;
        at++;
      } else if (quote !== '') {
        if (character === quote) quote = '';
      } else if (character === '"' || character === "'") quote = character;
      else if (isSpace(text.charCodeAt(at))) break;
    }
    const to = Math.min(at, text.length) - (dropped ? 1 : 0);
    if (to > from) words.push({ from, to, text: text.slice(from, to) });
    at = skipSpace(text, Math.min(at, text.length));
  }
  return words;
}

export interface Command {
  readonly keyword: Word;
  readonly flags: readonly Flag[];
  readonly args: LogicalText;
}

/** Keyword, flags, and the rest of an instruction's line. */
export function splitCommand(line: LogicalText, escape: string): Command {
  const whole = trimLogical(line);
  const { text } = whole;
  let at = 0;
  while (at < text.length && !isBlank(text.charCodeAt(at))) at++;
  const keyword = wordOf(whole, 0, at);
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  const { flags, end } = takeFlags(whole, at, escape);
  return { keyword, flags, args: trimLogical(sliceLogical(whole, end)) };
}

/** Leading words that begin with `--`; `--` alone ends them. */
function takeFlags(line: LogicalText, from: number, escape: string): { flags: readonly Flag[]; end: number } {
  const flags: Flag[] = [];
  const { text } = line;
  let at = from;
  for (;;) {
    at = skipSpace(text, at);
    if (!text.startsWith('--', at)) return { flags, end: at };
    const { to, value } = unquoted(text, at, escape);
    if (value === '--') return { flags, end: to };
    flags.push(flagOf(line, { from: at, to, text: value }));
    at = to;
  }
}

function flagOf(line: LogicalText, { from, to, text }: { from: number; to: number; text: string }): Flag {
  const equals = text.indexOf('=');
  const written = line.text.slice(from, to).indexOf('=');
  const { span } = wordOf(line, from, to);
  return {
    name: text.slice(2, equals === -1 ? undefined : equals),
    value: equals === -1 ? undefined : text.slice(equals + 1),
    text,
    span,
    valueSpan: written === -1 ? { start: span.end, end: span.end } : wordOf(line, from + written + 1, to).span,
  };
}

/** The word that begins there without its quotes and escapes, and where it ends. */
function unquoted(text: string, from: number, escape: string): { to: number; value: string } {
  let value = '';
  let quote = '';
  let at = from;
  for (; at < text.length; at++) {
    const character = text[at]!;
    if (quote === '' && isSpace(text.charCodeAt(at))) break;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === escape) {
      if (at + 1 < text.length) value += text[++at]!;
    } else value += character;
  }
  return { to: at, value };
}
