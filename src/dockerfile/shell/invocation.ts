import { shownValue, staticValue, type CommandPlace, type Span, type Word } from '../../formats/shell/index.ts';

/** One argument of a program. */
export interface Argument extends Span {
  readonly word: Word;
  /** Without quotes; what is expanded stands as `$name` and so on. */
  readonly text: string;
  /** The same whatever the shell's state: nothing in it is expanded. */
  readonly isStatic: boolean;
}

/** A program that a script runs, with what runs it (`sudo`, `env`, `xargs`, `sh -c`, …) seen through. */
export interface Invocation extends Span {
  /** Without its folders: `apt-get`. Empty where it is only known when it runs. */
  readonly name: string;
  /** As it is written: `/usr/bin/apt-get`. */
  readonly program: Argument;
  readonly args: readonly Argument[];
  /** Assignments that hold for it alone, of `name=value command` and of `env`. */
  readonly environment: ReadonlyMap<string, string>;
  /** The programs that run it, the outermost first. */
  readonly wrappers: readonly Invocation[];
  /** The command in whose text it stands. */
  readonly place: CommandPlace;
}

export function argumentOf(word: Word): Argument {
  const value = staticValue(word);
  return { word, text: value ?? shownValue(word), isStatic: value !== undefined, from: word.from, to: word.to };
}

/** The name that a path ends in. */
export function programName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
