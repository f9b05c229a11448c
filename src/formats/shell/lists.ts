import { skipBlanks, skipNewlines } from './blanks.ts';
import { endsWord, nameEnd } from './characters.ts';
import { readCompound } from './compound.ts';
import type { Cursor } from './cursor.ts';
import { readFunction } from './functions.ts';
import { keywordAt } from './keywords.ts';
import { readSimpleCommand } from './simple-command.ts';
import type { Command, List, ListItem, Operator } from './syntax.ts';

const closers = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);

/** Commands up to what closes them, which stays unread (POSIX.1-2024 XCU 2.9.3). */
export function readList(cursor: Cursor): List {
  const start = cursor.at;
  const items: ListItem[] = [];
  for (;;) {
    skipNewlines(cursor);
    if (isListEnd(cursor)) break;
    const command = readAndOr(cursor);
    if (command === undefined) {
      cursor.fail('a command');
      break;
    }
    skipBlanks(cursor);
    const code = cursor.code();
    const background = code === 38 && cursor.code(1) !== 38;
    const ends = background || (code === 59 && cursor.code(1) !== 59 && cursor.code(1) !== 38);
    if (ends) cursor.at++;
    const to = ends ? cursor.span(cursor.at - 1).to : command.to;
    items.push({ kind: 'item', command, background, from: command.from, to });
    if (!ends && code !== 10) break;
  }
  const span = cursor.span(start, start);
  return { kind: 'list', items, from: items[0]?.from ?? span.from, to: items.at(-1)?.to ?? span.to };
}

function isListEnd(cursor: Cursor): boolean {
  const code = cursor.code();
  if (Number.isNaN(code) || code === 41) return true;
  if (code === 59 && (cursor.code(1) === 59 || cursor.code(1) === 38)) return true;
  const keyword = keywordAt(cursor);
  return keyword !== undefined && closers.has(keyword);
}

function readAndOr(cursor: Cursor): Command | undefined {
  const first = readPipeline(cursor);
  if (first === undefined) return undefined;
  const commands = [first];
  const operators: Operator<'&&' | '||'>[] = [];
  for (;;) {
    skipBlanks(cursor);
    const text = (['&&', '||'] as const).find((operator) => cursor.startsWith(operator));
    if (text === undefined) break;
    cursor.at += 2;
    operators.push({ text, ...cursor.span(cursor.at - 2) });
    skipNewlines(cursor);
    const next = readPipeline(cursor);
    if (next === undefined) cursor.fail(`a command after ${text}`);
    else commands.push(next);
  }
  if (operators.length === 0) return first;
  return { kind: 'and-or', commands, operators, from: first.from, to: endOf(operators, commands) };
}

function endOf(operators: readonly { readonly to: number }[], commands: readonly Command[]): number {
  return Math.max(operators.at(-1)?.to ?? 0, commands.at(-1)?.to ?? 0);
}

function readPipeline(cursor: Cursor): Command | undefined {
  const start = cursor.at;
  const prefix = readPrefix(cursor);
  const prefixEnd = cursor.span(start, prefix.end).to;
  const first = readCommand(cursor);
  if (first === undefined && (prefix.timed || (prefix.flags.negated && cursor.dialect === 'bash'))) {
    return { kind: 'pipeline', ...prefix.flags, commands: [], operators: [], ...cursor.span(start, prefix.end) };
  }
  if (first === undefined) {
    if (prefix.flags.negated) cursor.fail('a command after !');
    return undefined;
  }
  const commands = [first];
  const operators: Operator<'|' | '|&'>[] = [];
  for (;;) {
    skipBlanks(cursor);
    if (cursor.code() !== 124 || cursor.code(1) === 124) break;
    const operatorStart = cursor.at;
    const text = cursor.take('|&') ? ('|&' as const) : ('|' as const);
    if (text === '|') cursor.at++;
    else cursor.extension('pipe-both', operatorStart);
    operators.push({ text, ...cursor.span(operatorStart) });
    skipNewlines(cursor);
    const next = readCommand(cursor);
    if (next === undefined) cursor.fail(`a command after ${text}`);
    else commands.push(next);
  }
  if (operators.length === 0 && !prefix.flags.negated && !prefix.timed) return first;
  const to = Math.max(prefixEnd, endOf(operators, commands));
  return { kind: 'pipeline', ...prefix.flags, commands, operators, from: cursor.span(start).from, to };
}

interface Prefix {
  readonly flags: { readonly negated: boolean; readonly timed: boolean };
  readonly timed: boolean;
  readonly end: number;
}

/** `!` and bash's `time [-p]`; bash lets them stand several times. */
function readPrefix(cursor: Cursor): Prefix {
  let negated = false;
  let timed = false;
  let end = cursor.at;
  for (;;) {
    const keyword = keywordAt(cursor);
    const isNot = keyword === '!' || (keyword === undefined && isNotGroup(cursor));
    if (isNot && (!negated || cursor.dialect === 'bash')) {
      negated = !negated || cursor.dialect !== 'bash';
      cursor.at++;
    } else if (keyword === 'time') {
      timed = true;
      cursor.at += 4;
      skipBlanks(cursor);
      if (cursor.startsWith('-p') && endsWord(cursor.code(2))) cursor.at += 2;
    } else return { flags: { negated, timed }, timed, end };
    end = cursor.at;
    skipBlanks(cursor);
  }
}

/** `!(` before a command is a `!`, not a glob. */
function isNotGroup(cursor: Cursor): boolean {
  return cursor.code() === 33 && cursor.code(1) === 40;
}

function readCommand(cursor: Cursor): Command | undefined {
  const keyword = keywordAt(cursor);
  if (keyword === 'coproc') return readCoproc(cursor);
  if (keyword === '!' || keyword === 'in' || (keyword !== undefined && closers.has(keyword))) return undefined;
  const compound = readCompound(cursor);
  if (compound !== undefined) return compound;
  const simple = readSimpleCommand(cursor);
  if (simple === undefined || cursor.code() !== 40 || simple.words.length === 0) return simple;
  if (simple.words.length > 1 || simple.assignments.length > 0 || simple.redirections.length > 0) {
    cursor.fail('no ( here');
    return simple;
  }
  // dash lets any command be the body of a function, bash only a compound one.
  return cursor.nested<Command>(
    () => readFunction(cursor, simple, cursor.dialect === 'bash' ? readCompound : readCommand),
    () => simple,
  );
}

/** `coproc [NAME] command` (bash manual 3.2.6); only a compound command can have a name. */
function readCoproc(cursor: Cursor): Command {
  const start = cursor.at;
  cursor.at += 6;
  cursor.extension('coproc', start);
  skipBlanks(cursor);
  const nameStart = cursor.at;
  const end = nameEnd(cursor.text, nameStart, cursor.end);
  if (end > nameStart && keywordAt(cursor) === undefined && endsWord(cursor.code(end - nameStart))) {
    cursor.at = end;
    skipBlanks(cursor);
    const named = readCompound(cursor);
    if (named !== undefined) {
      const name = cursor.text.slice(nameStart, end);
      return { kind: 'coproc', name, command: named, from: cursor.span(start).from, to: named.to };
    }
    if (!cursor.failed) cursor.at = nameStart;
  }
  const command = cursor.nested(
    () => readCommand(cursor),
    () => undefined,
  );
  if (command === undefined) cursor.fail('a command after coproc');
  const empty = { kind: 'simple' as const, assignments: [], words: [], redirections: [], ...cursor.span(cursor.at) };
  return { kind: 'coproc', name: undefined, command: command ?? empty, ...cursor.span(start) };
}
