import {
  parseShell,
  simpleCommandsOf,
  staticValue,
  type CommandPlace,
  type Script,
  type ShellDialect,
  type Word,
} from '../../formats/shell/index.ts';
import { argumentOf, programName, type Argument, type Invocation } from './invocation.ts';
import { readOptions, type OptionTable } from './options.ts';
import { shells, wrappers } from './wrappers.table.ts';

/** A shell in a shell in a shell is deep enough. */
const deepest = 4;

/** Every program that a script runs, in the order of the text; texts given to a shell are read as scripts themselves. */
export function commandsOf(script: Script): readonly Invocation[] {
  return commandsIn(script, { depth: 0, wrappers: [] });
}

interface Around {
  readonly depth: number;
  readonly wrappers: readonly Invocation[];
}

function commandsIn(script: Script, around: Around): Invocation[] {
  return simpleCommandsOf(script).flatMap((place) => commandsAt(place, script.dialect, around));
}

function commandsAt(place: CommandPlace, dialect: ShellDialect, around: Around): Invocation[] {
  const { words, assignments } = place.command;
  if (words.length === 0) return [];
  const environment = new Map(
    assignments.map(({ name, value }) => [name, value?.kind === 'word' ? argumentOf(value).text : '']),
  );
  return unwrapped(words.map(argumentOf), { place, dialect, environment, ...around });
}

interface Context extends Around {
  readonly place: CommandPlace;
  readonly dialect: ShellDialect;
  readonly environment: ReadonlyMap<string, string>;
}

/** The program that some words run, or, where that one runs another, both. */
function unwrapped(words: readonly Argument[], context: Context): Invocation[] {
  const [program, ...args] = words;
  if (program === undefined) return [];
  const { place, environment } = context;
  const self: Invocation = {
    name: program.isStatic ? programName(program.text) : '',
    program,
    args,
    environment,
    wrappers: context.wrappers,
    place,
    from: program.from,
    to: words.at(-1)!.to,
  };
  const inner = { ...context, wrappers: [...context.wrappers, self] };
  if (shells.has(self.name))
    return [self, ...commandsOfText(readOptions(args, shellOptions), { ...inner, dialect: dialectOf(self.name) })];
  if (self.name === 'eval') return [self, ...textCommands(args.length === 1 ? args[0] : undefined, inner)];
  if (self.name === 'su') return [self, ...commandsOfText(readOptions(args, suOptions), inner)];
  if (self.name === 'find') return [self, ...executedByFind(args, inner)];
  return [self, ...wrapped(self, inner)];
}

function wrapped(self: Invocation, context: Context): Invocation[] {
  const wrapper = Object.hasOwn(wrappers, self.name) ? wrappers[self.name] : undefined;
  if (wrapper === undefined) return [];
  const { operands, has } = readOptions(self.args, { ...wrapper, stopsAtOperand: true });
  if (has(...(wrapper.unless ?? []))) return [];
  const environment = new Map(context.environment);
  let at = 0;
  if (wrapper.setsEnvironment === true)
    for (; at < operands.length; at++) {
      const set = /^([A-Za-z_]\w*)=/.exec(operands[at]!.text);
      if (set === null) break;
      environment.set(set[1]!, operands[at]!.text.slice(set[0].length));
    }
  return unwrapped(operands.slice(at + (wrapper.skips ?? 0)), { ...context, environment });
}

function dialectOf(shell: string): ShellDialect {
  if (shell === 'bash' || shell === 'ksh' || shell === 'mksh' || shell === 'zsh') return 'bash';
  return shell === 'ash' ? 'ash' : 'sh';
}

const shellOptions: OptionTable = { short: 'o', long: ['rcfile', 'init-file'], stopsAtOperand: true };
const suOptions: OptionTable = { short: 'cgGs', long: ['command', 'group', 'shell'] };

/** The commands of the text after `-c`: the first operand of a shell, the option's value for su. */
function commandsOfText({ given, operands }: ReturnType<typeof readOptions>, context: Context): Invocation[] {
  const option = given.find(({ name }) => name === '-c' || name === '--command');
  if (option === undefined) return [];
  const value = option.value === undefined ? operands[0] : context.wrappers.at(-1)!.args.find(follows(option.argument));
  return textCommands(value, context);
}

function follows(option: Argument): (argument: Argument, index: number, all: readonly Argument[]) => boolean {
  return (_argument, index, all) => all[index - 1] === option;
}

function textCommands(text: Argument | undefined, context: Context): Invocation[] {
  if (text === undefined || !text.isStatic || context.depth >= deepest) return [];
  const { dialect, depth, wrappers: outer } = context;
  const script = parseShell(text.text, { dialect, offsets: offsetsOf(text.word) });
  return commandsIn(script, { depth: depth + 1, wrappers: outer });
}

/** Where each character of a static word stands; of a part whose escapes were resolved only its ends are told exactly. */
function offsetsOf(word: Word): number[] {
  const offsets: number[] = [];
  for (const part of word.parts) {
    const opening = part.kind === 'literal' ? 0 : part.kind === 'ansi-c' ? 2 : 1;
    const value = staticValue({ ...word, parts: [part] }) ?? '';
    const [start, end] = [part.from + opening, part.to - Math.min(opening, 1)];
    const isVerbatim = end - start === value.length;
    for (let index = 0; index < value.length; index++)
      offsets.push(isVerbatim ? start + index : index === value.length - 1 ? end - 1 : start);
  }
  offsets.push(word.to);
  return offsets;
}

/** `find … -exec command … ;` */
function executedByFind(args: readonly Argument[], context: Context): Invocation[] {
  const found: Invocation[] = [];
  for (let at = 0; at < args.length; at++) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(args[at]!.text)) continue;
    const length = args.slice(at + 1).findIndex(({ text }) => text === ';' || text === '+');
    const end = length < 0 ? args.length : at + 1 + length;
    found.push(...unwrapped(args.slice(at + 1, end), context));
    at = end;
  }
  return found;
}
