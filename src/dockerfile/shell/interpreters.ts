import type { ShellNode } from '../../formats/shell/index.ts';
import type { Invocation } from './invocation.ts';
import type { ShellRun } from './run.ts';

const interpreter =
  /^(?:sh|bash|dash|ash|ksh|mksh|zsh|fish|python[\d.]*|pypy\d?|perl[\d.]*|ruby[\d.]*|node|nodejs|php[\d.]*|lua[\d.]*|Rscript|pwsh|deno|bun)$/;

/** Programs that run a text they are given. */
export function isInterpreter(name: string): boolean {
  return interpreter.test(name);
}

/** Whether an interpreter runs what stands in its standard input: it names no file, no text and no module. */
export function readsInput({ args }: Invocation): boolean {
  for (const { text } of args) {
    if (text === '-' || text === '-s' || text === '/dev/stdin') return true;
    if (/^-(?:\w*c|e|m|r|E|-eval|-command)$/.test(text)) return false;
    if (!/^[-+]/.test(text)) return false;
  }
  return true;
}

/** The commands of a run that stand within a node and are of some kind. */
export function commandWithin(
  { commands }: ShellRun,
  { from, to }: ShellNode,
  isMeant: (command: Invocation) => boolean,
): readonly Invocation[] {
  return commands.filter((command) => command.from >= from && command.to <= to && isMeant(command));
}
