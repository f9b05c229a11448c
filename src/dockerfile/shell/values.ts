import {
  childrenOf,
  staticValue,
  type Assignment,
  type Parameter,
  type Script,
  type ShellNode,
  type SimpleCommand,
  type Word,
} from '../../formats/shell/index.ts';

/** How a variable of a script gets a value. */
export interface Setting {
  readonly name: string;
  /** What it is set to, where that is a word; undefined for what is read or counted. */
  readonly value: Word | undefined;
  /** Where the name stands. */
  readonly from: number;
  readonly to: number;
  readonly kind: 'assignment' | 'declaration' | 'loop' | 'read' | 'number';
  /** For one command only: `name=value command`. */
  readonly isForCommand: boolean;
}

/** What a script sets and reads. */
export interface Variables {
  readonly settings: readonly Setting[];
  readonly reads: readonly Parameter[];
  /** Names that are handed to other programs: `export name`. */
  readonly exported: ReadonlySet<string>;
  /** Something may set or read variables that can't be seen: `eval`, `. file`. */
  readonly isOpen: boolean;
}

const known = new WeakMap<Script, Variables>();

/** The variables of a script; worked out once. */
export function variablesOf(script: Script): Variables {
  const before = known.get(script);
  if (before !== undefined) return before;
  const found = { settings: [] as Setting[], reads: [] as Parameter[], exported: new Set<string>(), isOpen: false };
  visit(script, found);
  known.set(script, found);
  return found;
}

interface Found {
  readonly settings: Setting[];
  readonly reads: Parameter[];
  readonly exported: Set<string>;
  isOpen: boolean;
}

function visit(node: ShellNode, found: Found): void {
  if (node.kind === 'simple') visitSimple(node, found);
  else if (node.kind === 'for' || node.kind === 'select') visitLoop(node, found);
  else if (node.kind === 'parameter') {
    found.reads.push(node);
    // `${name:=value}` keeps a value that was there.
    if (node.operator === ':=' || node.operator === '=') found.settings.push(setting(node.name, node, 'read'));
  } else if (node.kind === 'arithmetic') visitArithmetic(node, found);
  for (const child of childrenOf(node)) visit(child, found);
}

function setting(
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
  kind: Setting['kind'],
): Setting {
  return { name, value: undefined, from, to, kind, isForCommand: false };
}

function visitLoop(node: Extract<ShellNode, { readonly kind: 'for' | 'select' }>, found: Found): void {
  const span = { from: node.from, to: node.from + node.kind.length };
  if (node.words === undefined || node.words.length === 0) found.settings.push(setting(node.variable, span, 'read'));
  for (const value of node.words ?? []) found.settings.push({ ...setting(node.variable, span, 'loop'), value });
}

const declarations = new Set(['export', 'local', 'declare', 'typeset', 'readonly']);

function visitSimple(command: SimpleCommand, found: Found): void {
  const isForCommand = command.words.length > 0;
  for (const each of command.assignments) found.settings.push({ ...ofAssignment(each), isForCommand });
  const [program, ...args] = command.words;
  const name = program === undefined ? '' : (staticValue(program) ?? '');
  if (name === 'eval' || name === '.' || name === 'source') found.isOpen = true;
  if (declarations.has(name)) for (const word of args) visitDeclaration(name, word, found);
  if (name === 'read' || name === 'mapfile' || name === 'readarray' || name === 'getopts' || name === 'unset')
    for (const word of args) {
      const text = staticValue(word) ?? '';
      if (/^[A-Za-z_]\w*$/.test(text)) found.settings.push(setting(text, word, 'read'));
    }
  if (name === 'printf' && args[0] !== undefined && staticValue(args[0]) === '-v' && args[1] !== undefined)
    found.settings.push(setting(staticValue(args[1]) ?? '', args[1], 'read'));
}

function ofAssignment(assignment: Assignment): Setting {
  const { name, from, value } = assignment;
  const span = { from, to: from + name.length };
  return { ...setting(name, span, 'assignment'), value: value?.kind === 'word' ? value : undefined };
}

function visitDeclaration(keyword: string, word: Word, found: Found): void {
  const [first, ...rest] = word.parts;
  if (first?.kind !== 'literal') return;
  const match = /^([A-Za-z_]\w*)(=?)/.exec(first.value);
  if (match === null) return;
  const name = match[1]!;
  if (keyword === 'export') found.exported.add(name);
  if (match[2] === '') return;
  const begun = first.value.slice(match[0].length);
  const from = Math.min(word.from + match[0].length, first.to);
  const parts = begun === '' ? rest : [{ ...first, value: begun, from }, ...rest];
  const value: Word = { kind: 'word', parts, from, to: word.to };
  found.settings.push({ ...setting(name, { from: word.from, to: from }, 'declaration'), value });
}

function visitArithmetic(node: Extract<ShellNode, { readonly kind: 'arithmetic' }>, found: Found): void {
  for (const part of node.parts) {
    if (part.kind !== 'literal') continue;
    // Names are read by themselves, and set by `=` and its kin, `++` and `--`.
    for (const match of part.value.matchAll(/([A-Za-z_]\w{0,200})\s{0,9}(\+\+|--|(?:[-+*\/%&|^]|<<|>>)?=(?!=))?/g)) {
      const name = match[1]!;
      if (match[2] !== undefined) found.settings.push(setting(name, part, 'number'));
      const parameter = {
        braced: false,
        prefix: undefined,
        subscript: undefined,
        operator: undefined,
        argument: undefined,
      };
      found.reads.push({ kind: 'parameter', name, ...parameter, from: part.from, to: part.to });
    }
  }
}

/** The value that a script gives a variable, where it gives it one only and that is static. */
export function constantOf(script: Script, name: string): string | undefined {
  const settings = variablesOf(script).settings.filter((each) => each.name === name && !each.isForCommand);
  const [only] = settings;
  if (settings.length !== 1 || only!.kind === 'loop' || only!.value === undefined) return undefined;
  return staticValue(only!.value);
}
