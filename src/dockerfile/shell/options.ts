import type { Argument } from './invocation.ts';

/** Which options of a program take a value. */
export interface OptionTable {
  /** Letters: `-o value`, `-ovalue`. */
  readonly short?: string;
  /** Without dashes: `--output value`, `--output=value`. */
  readonly long?: readonly string[];
  /** Options end at the first operand, as for `sudo` or `env`. */
  readonly stopsAtOperand?: boolean;
  /** Long options have one dash, as in Go's programs; there are no clusters. */
  readonly oneDash?: boolean;
  /** What stands after `--` is for another program. */
  readonly dropsAfterDashes?: boolean;
}

/** An option as it was given: `-y` of `-qqy` is one of its own. */
export interface GivenOption {
  /** With its dashes: `-y`, `--no-install-recommends`. */
  readonly name: string;
  readonly value: string | undefined;
  readonly argument: Argument;
}

export interface Options {
  readonly given: readonly GivenOption[];
  readonly operands: readonly Argument[];
  has(...names: readonly string[]): boolean;
  /** How often an option was given: `-qq` is `-q` twice. */
  count(...names: readonly string[]): number;
  /** The value of the last of some options. */
  value(...names: readonly string[]): string | undefined;
  values(...names: readonly string[]): readonly string[];
}

/** Tells options from operands (POSIX.1-2024 XBD 12.2 and getopt_long): clusters, `--name=value`, `--`. */
export function readOptions(args: readonly Argument[], table: OptionTable = {}): Options {
  const given: GivenOption[] = [];
  const operands: Argument[] = [];
  const long = new Set(table.long);
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!;
    const { text } = argument;
    if (text === '--') {
      if (table.dropsAfterDashes !== true) operands.push(...args.slice(at + 1));
      break;
    }
    if (text.startsWith('--') || (table.oneDash === true && text.length > 1 && text.startsWith('-'))) {
      const equals = text.indexOf('=');
      const name = equals < 0 ? text : text.slice(0, equals);
      const takesNext = equals < 0 && long.has(name.replace(/^--?/, '')) && at + 1 < args.length;
      const value = equals >= 0 ? text.slice(equals + 1) : takesNext ? args[++at]!.text : undefined;
      given.push({ name, value, argument });
    } else if (text.startsWith('-') && text.length > 1) {
      at += readCluster(argument, args[at + 1], { table, given });
    } else {
      operands.push(argument);
      if (table.stopsAtOperand === true) {
        operands.push(...args.slice(at + 1));
        break;
      }
    }
  }
  return withQuestions(given, operands);
}

/** How many further arguments belong to a cluster of short options: 0 or 1. */
function readCluster(
  argument: Argument,
  next: Argument | undefined,
  { table, given }: { readonly table: OptionTable; readonly given: GivenOption[] },
): number {
  const { text } = argument;
  // Some programs have long options with one dash: `-allow-unauthenticated`, `-version=1`.
  for (let at = 1; at < text.length; at++) {
    const letter = text[at]!;
    if (!(table.short ?? '').includes(letter)) {
      given.push({ name: `-${letter}`, value: undefined, argument });
      continue;
    }
    const attached = text.slice(at + 1);
    if (attached !== '') given.push({ name: `-${letter}`, value: attached.replace(/^=/, ''), argument });
    else given.push({ name: `-${letter}`, value: next?.text, argument });
    return attached === '' && next !== undefined ? 1 : 0;
  }
  return 0;
}

function withQuestions(given: readonly GivenOption[], operands: readonly Argument[]): Options {
  const named = (names: readonly string[]) => given.filter(({ name }) => names.includes(name));
  return {
    given,
    operands,
    has: (...names) => named(names).length > 0,
    count: (...names) => named(names).length,
    value: (...names) => named(names).findLast(({ value }) => value !== undefined)?.value,
    values: (...names) =>
      named(names)
        .map(({ value }) => value)
        .filter((value) => value !== undefined),
  };
}
