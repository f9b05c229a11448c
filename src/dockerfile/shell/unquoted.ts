import type { CommandPlace, Script, ShellNode, Word, WordPart } from '../../formats/shell/index.ts';
import type { ShellRun } from './run.ts';
import { variablesOf } from './values.ts';

/** A part of a word that the shell splits and globs, and the word. */
export interface UnquotedPart<Kind extends WordPart['kind']> {
  readonly part: Extract<WordPart, { readonly kind: Kind }>;
  readonly word: Word;
  readonly place: CommandPlace;
  /** Its index among the words of the command, below 0 for the file of a redirection. */
  readonly index: number;
}

/** The parts of some kind outside of quotes in the arguments and redirections of all commands. */
export function unquotedIn<Kind extends WordPart['kind']>(
  { commands }: ShellRun,
  kind: Kind,
): readonly UnquotedPart<Kind>[] {
  const found: UnquotedPart<Kind>[] = [];
  const isKind = (part: WordPart): part is Extract<WordPart, { readonly kind: Kind }> => part.kind === kind;
  const seen = new Set<ShellNode>();
  for (const { place } of commands) {
    if (seen.has(place.command)) continue;
    seen.add(place.command);
    const { words, redirections } = place.command;
    words.forEach((word, index) => {
      for (const part of word.parts) if (isKind(part)) found.push({ part, word, place, index });
    });
    for (const { target: word, operator } of redirections)
      if (word !== undefined && !operator.startsWith('<<'))
        for (const part of word.parts) if (isKind(part)) found.push({ part, word, place, index: -1 });
  }
  return found;
}

/** Set by the shell itself to what has neither blanks nor globs. */
const plain = new Set([
  ...['#', '?', '$', '!', '-', 'PPID', 'UID', 'EUID', 'RANDOM', 'SECONDS', 'LINENO', 'OPTIND', 'BASHPID', 'SHLVL'],
  ...['COLUMNS', 'LINES', 'HISTCMD'],
]);

/** Whether splitting and globbing leaves a variable’s value as it is, as far as that can be seen. */
export function isPlainVariable(run: ShellRun, name: string, script: Script = run.script): boolean {
  if (plain.has(name)) return true;
  const scripts = script === run.script ? [script] : [script, run.script];
  const all = scripts.flatMap((each) => variablesOf(each).settings);
  const settings = all.filter((each) => each.name === name && !each.isForCommand);
  if (settings.length === 0) {
    if (!run.variables.has(name)) return false;
    const value = run.variables.get(name);
    // A build argument without a value: whoever gives one decides.
    return value === undefined || !/[\s*?[\]]/.test(value);
  }
  return settings.every(
    ({ kind, value }) => kind === 'number' || (value !== undefined && isPlainWord(run, value, name)),
  );
}

function isPlainWord(run: ShellRun, word: Word, name: string): boolean {
  return word.parts.every((part) => {
    if (part.kind === 'double') return isPlainWord(run, { ...word, parts: part.parts }, name);
    if (part.kind === 'arithmetic') return true;
    if (part.kind === 'parameter') return part.prefix === '#' || plain.has(part.name);
    return (
      (part.kind === 'literal' || part.kind === 'single' || part.kind === 'ansi-c') && !/[\s*?[\]]/.test(part.value)
    );
  });
}
