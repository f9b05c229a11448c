import type { Word, WordPart } from '../../formats/shell/index.ts';
import type { Argument, Invocation } from './invocation.ts';
import type { ShellRun } from './run.ts';
import { insertion, type ShellEdit } from './shell-rule.ts';

/** Has a command run behind all others, if they succeed; undefined where it can't be told to. */
export function appended({ script }: ShellRun, command: string): readonly ShellEdit[] | undefined {
  const last = script.body.items.at(-1);
  if (last === undefined || last.background || script.errors.length > 0 || script.heredocs.length > 0) return undefined;
  return [insertion(last.command.to, ` && ${command}`)];
}

/** Takes an argument out, with what stands between it and the next one, or the one before where it is the last. */
export function withoutArgument({ args, program }: Invocation, argument: Argument): ShellEdit {
  const at = args.indexOf(argument);
  const next = args[at + 1];
  if (next !== undefined) return { from: argument.from, to: next.from, text: '' };
  return { from: (args[at - 1] ?? program).to, to: argument.to, text: '' };
}

/** Puts a text in place of an argument that is written as it reads; undefined where it is not. */
export function rewritten({ word }: Argument, text: string): readonly ShellEdit[] | undefined {
  return isAsItReads(word) ? [{ from: word.from, to: word.to, text }] : undefined;
}

/** Whether the RUN fails where a command of its does: each is run only if those before it succeeded, and none is taken back. */
export function failsWith({ script }: ShellRun, { place }: Invocation): boolean {
  const [first, ...more] = script.body.items;
  if (first === undefined || more.length > 0 || first.background || place.script !== script) return false;
  const { command } = first;
  if (command === place.command) return true;
  return (
    command.kind === 'and-or' &&
    command.operators.every(({ text }) => text === '&&') &&
    command.commands.includes(place.command)
  );
}

/** Whether a word stands in the text letter by letter: no quotes, no escapes, no lines joined, only plain variables. */
export function isAsItReads({ parts }: Word): boolean {
  return parts.every(isPlain);
}

function isPlain(part: WordPart): boolean {
  const length = part.to - part.from;
  if (part.kind === 'literal') return part.value.length === length;
  if (part.kind !== 'parameter' || part.operator !== undefined || part.prefix !== undefined) return false;
  return part.subscript === undefined && length === part.name.length + (part.braced ? 3 : 1);
}
