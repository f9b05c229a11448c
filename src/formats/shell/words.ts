import { endsWord } from './characters.ts';
import type { Cursor, WordPlace } from './cursor.ts';
import { readDollar } from './dollar.ts';
import { readBackticks, readProcessSubstitution } from './substitutions.ts';
import type { Glob, Word, WordPart } from './syntax.ts';

/** Whether a word begins here. */
export function startsWord(cursor: Cursor): boolean {
  const code = cursor.code();
  return !endsWord(code) || ((code === 60 || code === 62) && cursor.code(1) === 40);
}

/** Reads a word (POSIX.1-2024 XCU 2.3); without parts where none begins. */
export function readWord(cursor: Cursor, where: WordPlace): Word {
  const start = cursor.at;
  const parts = readParts(cursor, where);
  return { kind: 'word', parts, ...cursor.span(start) };
}

const quotedPlaces = new Set<WordPlace>(['double', 'heredoc', 'quoted-braces', 'quoted-pattern']);
const singleQuotePlaces = new Set<WordPlace>(['command', 'braces', 'quoted-pattern', 'regex', 'subscript', 'group']);
const globPlaces = new Set<WordPlace>(['command', 'braces', 'quoted-pattern', 'group']);

/** Everything that means something in some place; all else is text. */
const special = new Uint8Array(128);
for (const character of '\\\'"$`|&;<>() \t\n*?[]+@!~}{') special[character.charCodeAt(0)] = 1;

/** Reads the parts of a word, of a quoted text or of a here-document, up to what ends it in its place. */
export function readParts(cursor: Cursor, where: WordPlace): WordPart[] {
  const parts: WordPart[] = [];
  const text = new LiteralText(cursor, parts);
  const begin = cursor.at;
  let open = 0;
  for (;;) {
    while (cursor.at < cursor.end) {
      const plain = cursor.text.charCodeAt(cursor.at);
      if (plain < 128 && special[plain] === 1) break;
      text.step();
    }
    const code = cursor.code();
    if (Number.isNaN(code)) break;
    if (code === 92) text.escape(where);
    else if (code === 34 && where === 'double') break;
    else if (code === 125 && (where === 'braces' || where === 'quoted-braces' || where === 'quoted-pattern')) break;
    else if (code === 41 && where === 'group') break;
    else if (code === 93 && where === 'subscript' && open === 0) break;
    else if (isRegexEnd(where, code, open)) break;
    else if (where === 'command' && endsWord(code)) {
      if ((code !== 60 && code !== 62) || cursor.code(1) !== 40) break;
      text.flush();
      parts.push(readProcessSubstitution(cursor));
    } else {
      const part = readSpecial(cursor, where, text, begin);
      if (part !== undefined) {
        parts.push(part);
        continue;
      }
      if (code === (where === 'regex' ? 40 : 91)) open++;
      if (code === (where === 'regex' ? 41 : 93) && open > 0) open--;
      text.step();
    }
  }
  text.flush();
  return parts;
}

function isRegexEnd(where: WordPlace, code: number, open: number): boolean {
  if (where !== 'regex' || open > 0) return false;
  return endsWord(code) && code !== 40 && code !== 124;
}

/** A part that begins with a special character, undefined where the character is text. */
function readSpecial(cursor: Cursor, where: WordPlace, text: LiteralText, begin: number): WordPart | undefined {
  const code = cursor.code();
  if (code === 36) {
    const end = cursor.at;
    if (cursor.dialect === 'bash' && cursor.code(1) === 34 && !quotedPlaces.has(where)) {
      text.flush();
      cursor.at++;
      const translated = readDouble(cursor, end);
      cursor.extension('translated-quote', end);
      return translated;
    }
    const part = readDollar(cursor, quotedPlaces.has(where));
    if (part !== undefined) text.flush(end);
    return part;
  }
  if (code === 96) {
    text.flush();
    return readBackticks(cursor, where === 'double' || where === 'quoted-braces');
  }
  if (code === 39 && singleQuotePlaces.has(where)) {
    text.flush();
    return readSingle(cursor);
  }
  if (code === 34 && where !== 'heredoc') {
    text.flush();
    return readDouble(cursor, cursor.at);
  }
  if (code === 126 && cursor.at === begin && (where === 'command' || where === 'braces')) {
    text.flush();
    return readTilde(cursor);
  }
  if (globPlaces.has(where)) {
    const end = cursor.at;
    const glob = readGlob(cursor, where);
    if (glob !== undefined) text.flush(end);
    return glob;
  }
  return undefined;
}

function readSingle(cursor: Cursor): WordPart {
  const start = cursor.at;
  const close = cursor.text.indexOf("'", start + 1);
  if (close < 0 || close >= cursor.end) cursor.fail("a closing '", 'syntax', cursor.end);
  else cursor.at = close + 1;
  const value = cursor.failed ? '' : cursor.text.slice(start + 1, close);
  return { kind: 'single', value, ...cursor.span(start) };
}

/** `"…"`, the cursor at the quote; `start` is before the `$` of `$"…"`. */
function readDouble(cursor: Cursor, start: number): WordPart {
  cursor.at++;
  const parts = cursor.nested(
    () => readParts(cursor, 'double'),
    () => [],
  );
  if (!cursor.take('"')) cursor.fail('a closing "');
  const translated = cursor.text.charCodeAt(start) === 36;
  return { kind: 'double', translated, parts, ...cursor.span(start) };
}

function readTilde(cursor: Cursor): WordPart | undefined {
  const start = cursor.at;
  let at = start + 1;
  while (at < cursor.end && /[\w.+-]/.test(cursor.text[at]!)) at++;
  const next = at < cursor.end ? cursor.text.charCodeAt(at) : NaN;
  if (!endsWord(next) && next !== 47 && next !== 58 && next !== 125) return undefined;
  cursor.at = at;
  return { kind: 'tilde', user: cursor.text.slice(start + 1, at), ...cursor.span(start) };
}

/** No bracket expression is longer; what is, is text. */
const longestBracket = 256;

function readGlob(cursor: Cursor, where: WordPlace): Glob | undefined {
  const code = cursor.code();
  const start = cursor.at;
  const isStar = code === 42 || code === 63;
  if (!isStar && code !== 91 && code !== 43 && code !== 64 && code !== 33) return undefined;
  if (cursor.dialect === 'bash' && code !== 91 && cursor.code(1) === 40 && where !== 'quoted-pattern')
    return readExtendedGlob(cursor);
  if (isStar) cursor.at++;
  else if (code === 91) cursor.at = bracketEnd(cursor);
  if (cursor.at === start) return undefined;
  return { kind: 'glob', value: cursor.text.slice(start, cursor.at), parts: [], ...cursor.span(start) };
}

function readExtendedGlob(cursor: Cursor): Glob {
  const start = cursor.at;
  cursor.at += 2;
  const parts = cursor.nested(
    () => readParts(cursor, 'group'),
    () => [],
  );
  if (!cursor.take(')')) cursor.fail('a closing )');
  cursor.extension('extended-glob', start);
  return { kind: 'glob', value: cursor.text.slice(start, cursor.at), parts, ...cursor.span(start) };
}

/** The index after a bracket expression (POSIX.1-2024 XCU 2.14.1), the index of its `[` where none ends. */
function bracketEnd(cursor: Cursor): number {
  const start = cursor.at;
  let at = start + 1;
  if (cursor.text[at] === '!' || cursor.text[at] === '^') at++;
  if (cursor.text[at] === ']') at++;
  const limit = Math.min(cursor.end, start + longestBracket);
  for (; at < limit; at++) {
    const code = cursor.text.charCodeAt(at);
    if (code === 93) return at + 1;
    if (code === 91 && cursor.text[at + 1] === ':') {
      const close = cursor.text.slice(at, limit).indexOf(':]');
      if (close > 0) at += close + 1;
    } else if (endsWord(code) || code === 36 || code === 34 || code === 39 || code === 92 || code === 96) return start;
  }
  return start;
}

/** Text between the other parts, its backslashes resolved. */
class LiteralText {
  readonly #cursor: Cursor;
  readonly #parts: WordPart[];
  #start: number;
  #from: number;
  #value = '';

  constructor(cursor: Cursor, parts: WordPart[]) {
    this.#cursor = cursor;
    this.#parts = parts;
    this.#start = this.#from = cursor.at;
  }

  step(): void {
    if (this.#start < 0) this.#start = this.#from = this.#cursor.at;
    this.#cursor.at++;
  }

  escape(where: WordPlace): void {
    const cursor = this.#cursor;
    if (this.#start < 0) this.#start = this.#from = cursor.at;
    const next = cursor.code(1);
    if (!isEscaped(where, next)) return void cursor.at++;
    this.#value += cursor.text.slice(this.#from, cursor.at);
    this.#from = next === 10 ? cursor.at + 2 : cursor.at + 1;
    cursor.at += 2;
  }

  flush(end = this.#cursor.at): void {
    const start = this.#start;
    if (start < 0) return;
    if (end > start) {
      const value = this.#value + this.#cursor.text.slice(this.#from, end);
      this.#parts.push({ kind: 'literal', value, ...this.#cursor.span(start, end) });
    }
    this.#start = -1;
    this.#value = '';
  }
}

function isEscaped(where: WordPlace, next: number): boolean {
  if (Number.isNaN(next)) return false;
  if (!quotedPlaces.has(where)) return true;
  if (next === 36 || next === 96 || next === 92 || next === 10) return true;
  if (next === 34) return where !== 'heredoc';
  return next === 125 && (where === 'quoted-braces' || where === 'quoted-pattern');
}
