import type { ArgInstruction, FromInstruction, Instruction, PairsInstruction } from '../syntax.ts';
import { expandWord, type Scope, type Variable } from './expansion.ts';
import { knownVariables } from './base-variables.table.ts';

/** What the builder says of platforms; known only while it builds. (Dockerfile reference, "Automatic platform ARGs".) */
const platformArgs = [
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDOSVERSION',
  'BUILDARCH',
  'BUILDVARIANT',
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETOSVERSION',
  'TARGETARCH',
  'TARGETVARIANT',
  'TARGETSTAGE',
];
/** What builders take without a declaration. (Dockerfile reference, "Predefined ARGs".) */
const predefinedArgs = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];
const nobodysArgs = ['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE'];

const given: ReadonlyMap<string, Variable> = new Map(
  platformArgs.map((name) => [name, { state: 'given', value: undefined }]),
);
const always: ReadonlySet<string> = new Set([
  ...predefinedArgs,
  ...predefinedArgs.map((name) => name.toLowerCase()),
  ...nobodysArgs,
]);

/** Characters that all expansions of one file may make. */
const budget = 20_000_000;

/** Variables of one stage or of the head of the file, in the order in which they were set. */
interface Table {
  readonly below: Table | undefined;
  readonly set: Map<string, { readonly order: number; readonly variable: Variable }[]>;
  readonly baseVariable: (name: string) => Variable;
}

interface StageToOpen {
  readonly index: number;
  readonly from: FromInstruction;
  readonly base:
    | { readonly kind: 'scratch' }
    | { readonly kind: 'stage'; readonly stage: number }
    | { readonly kind: 'image'; readonly reference: { readonly text: string | undefined } };
}

/** Fills itself as instructions are seen in order, and then tells the variables of each place. */
export class VariableTables {
  readonly #budget = { left: budget };
  readonly #places = new Map<Instruction, { readonly table: Table; readonly order: number }>();
  readonly #global: Table = {
    below: undefined,
    set: new Map(),
    baseVariable: (name) => given.get(name) ?? { state: 'undefined', value: undefined },
  };
  readonly #stages: Table[] = [];
  readonly #escape: string;
  readonly #baseVariables: (reference: string) => Iterable<string> | undefined;
  #current = this.#global;
  #order = 0;

  constructor(escape: string, baseVariables: (reference: string) => Iterable<string> | undefined = () => undefined) {
    this.#escape = escape;
    this.#baseVariables = baseVariables;
  }

  /** What `FROM` sees: the arguments before the first one. */
  globalScope(): Scope {
    return this.#scope(this.#global, Infinity);
  }

  openStage({ from, base }: StageToOpen): void {
    this.#places.set(from, { table: this.#global, order: Infinity });
    const below = base.kind === 'stage' ? this.#stages[base.stage] : undefined;
    const baseVariable = base.kind === 'image' ? this.#imageVariables(base.reference.text) : scratchVariable;
    this.#current = { below, set: new Map(), baseVariable };
    this.#stages.push(this.#current);
  }

  /** Takes an instruction of the current stage into account. */
  see(instruction: Instruction): void {
    if (instruction.kind === 'from') return;
    const place = { table: this.#current, order: this.#order };
    this.#places.set(instruction, place);
    if (instruction.kind === 'onbuild') this.#places.set(instruction.trigger, place);
    if (instruction.kind === 'env') this.#setEnv(instruction);
    if (instruction.kind === 'arg') this.#setArgs(instruction);
    this.#order++;
  }

  scopeOf(instruction: Instruction): Scope {
    const place = this.#places.get(instruction);
    return place === undefined ? this.globalScope() : this.#scope(place.table, place.order);
  }

  /** All values of one `ENV` see what was before it. */
  #setEnv({ pairs }: PairsInstruction): void {
    const scope = this.#scope(this.#current, this.#order);
    const values = pairs.map(({ name, value }) => ({
      name: expandWord(name.text, scope).text ?? name.text,
      expansion: expandWord(value.text, scope),
    }));
    for (const { name, expansion } of values) {
      const { text, uses } = expansion;
      const isFixed = uses.every(({ state }) => state === 'fixed');
      this.#set(name, { state: text === undefined ? 'inherited' : isFixed ? 'fixed' : 'default', value: text });
    }
  }

  /** Each value of one `ARG` sees those before it; without a value in a stage it takes that of the head of the file. */
  #setArgs({ variables }: ArgInstruction): void {
    for (const { name, value } of variables) {
      const key = name.text;
      if (value !== undefined) {
        const { text } = expandWord(value.text, this.#scope(this.#current, this.#order + 1));
        this.#set(key, { state: text === undefined ? 'given' : 'default', value: text });
        continue;
      }
      const inherited = this.#current === this.#global ? undefined : lookup(this.#global, Infinity, key);
      if (inherited !== undefined && inherited.state !== 'undefined') this.#set(key, inherited);
      else {
        const before = lookup(this.#current, this.#order, key);
        // An argument that nobody gives leaves a variable of that name as it is.
        this.#set(key, before.state === 'fixed' ? before : { state: 'unset', value: undefined });
      }
    }
  }

  #set(name: string, variable: Variable): void {
    const entry = { order: this.#order, variable };
    const before = this.#current.set.get(name);
    if (before === undefined) this.#current.set.set(name, [entry]);
    else before.push(entry);
  }

  #scope(table: Table, order: number): Scope {
    return {
      escape: this.#escape,
      budget: this.#budget,
      lookup: (name) => lookup(table, order, name),
      names: () => namesOf(table, order),
    };
  }

  #imageVariables(reference: string | undefined): (name: string) => Variable {
    const known = reference === undefined ? undefined : (this.#baseVariables(reference) ?? knownVariables(reference));
    if (known === undefined) return () => ({ state: 'inherited', value: undefined });
    const names = new Set(known);
    return (name) => ({ state: names.has(name) || name === 'PATH' ? 'inherited' : 'undefined', value: undefined });
  }
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function scratchVariable(name: string): Variable {
  return name === 'PATH' ? { state: 'fixed', value: defaultPath } : { state: 'undefined', value: undefined };
}

function lookup(from: Table, before: number, name: string): Variable {
  let order = before;
  for (let table = from; ; table = table.below, order = Infinity) {
    const entries = table.set.get(name);
    const found = entries === undefined ? 0 : countBefore(entries, order);
    if (entries !== undefined && found > 0) return entries[found - 1]!.variable;
    if (table.below !== undefined) continue;
    const variable = table.baseVariable(name);
    return variable.state === 'undefined' && always.has(name) ? { state: 'given', value: undefined } : variable;
  }
}

/** How many entries, which are in order, come before that place. */
function countBefore(entries: readonly { readonly order: number }[], before: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.order < before) low = middle + 1;
    else high = middle;
  }
  return low;
}

const mostNames = 500;

function namesOf(from: Table, before: number): readonly string[] {
  const names = new Set<string>(['PATH']);
  let order = before;
  for (let table: Table | undefined = from; table !== undefined; table = table.below, order = Infinity)
    for (const [name, entries] of table.set) {
      if (names.size >= mostNames) return [...names];
      if ((entries[0]?.order ?? order) < order) names.add(name);
    }
  return [...names];
}
