/**
 * Regular expressions in RE2's spirit: all ways through the pattern are walked at once, so the time is at most pattern ×
 * text whatever either is made of. No back-references, no look-around. Knows literals, `.`, classes, `\d \w \s` and
 * their opposites, groups, `|`, `* + ? {m,n}` (lazy ones too: for a yes or no they are the same), `^ $ \b \B`, and `(?i)`
 * at the start. Works on UTF-16 code units.
 */
export interface LinearRegex {
  /** Upper bound of the steps that a text of this length takes. */
  cost(length: number): number;
  /** Whether the pattern matches anywhere in the text. */
  test(text: string): boolean;
}

type CodeTest = (code: number) => boolean;
type Assertion = 'start' | 'end' | 'word' | 'no-word';
type Step =
  | { readonly op: 'code'; readonly test: CodeTest }
  | { op: 'split'; first: number; second: number }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'match' };
type Node =
  | { readonly kind: 'code'; readonly test: CodeTest }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number };

const mostSteps = 2_000;
const deepest = 50;

/** Compiles a pattern; throws an Error that says what is wrong with it. */
export function linearRegex(pattern: string): LinearRegex {
  if (pattern.length > 1_000) throw new Error('the pattern is longer than 1000 characters');
  const ignoreCase = pattern.startsWith('(?i)');
  const node = new PatternReader(ignoreCase ? pattern.slice(4) : pattern, ignoreCase).read();
  const steps: Step[] = [];
  emit(node, steps);
  add(steps, { op: 'match' });
  return { cost: (length) => (length + 1) * steps.length, test: (text) => run(steps, text) };
}

function add(steps: Step[], step: Step): number {
  if (steps.length >= mostSteps) throw new Error(`the pattern needs more than ${mostSteps} steps`);
  return steps.push(step) - 1;
}

function emit(node: Node, steps: Step[]): void {
  if (node.kind === 'code') add(steps, { op: 'code', test: node.test });
  else if (node.kind === 'assert') add(steps, { op: 'assert', what: node.what });
  else if (node.kind === 'sequence') for (const part of node.parts) emit(part, steps);
  else if (node.kind === 'choice') emitChoice(node.parts, steps);
  else emitRepeat(node, steps);
}

function emitChoice(parts: readonly Node[], steps: Step[]): void {
  const exits: Extract<Step, { op: 'split' }>[] = [];
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1) {
      emit(part, steps);
      break;
    }
    const fork = { op: 'split' as const, first: steps.length + 1, second: 0 };
    add(steps, fork);
    emit(part, steps);
    const exit = { op: 'split' as const, first: 0, second: 0 };
    add(steps, exit);
    exits.push(exit);
    fork.second = steps.length;
  }
  for (const exit of exits) exit.first = exit.second = steps.length;
}

function emitRepeat({ part, least, most }: Extract<Node, { kind: 'repeat' }>, steps: Step[]): void {
  for (let i = 0; i < least; i++) emit(part, steps);
  if (most === Infinity) {
    const fork = { op: 'split' as const, first: steps.length + 1, second: 0 };
    const start = add(steps, fork);
    emit(part, steps);
    add(steps, { op: 'split', first: start, second: start });
    fork.second = steps.length;
    return;
  }
  const forks: Extract<Step, { op: 'split' }>[] = [];
  for (let i = least; i < most; i++) {
    const fork = { op: 'split' as const, first: steps.length + 1, second: 0 };
    add(steps, fork);
    forks.push(fork);
    emit(part, steps);
  }
  for (const fork of forks) fork.second = steps.length;
}

function run(steps: readonly Step[], text: string): boolean {
  let current = new Set<number>();
  for (let at = 0; at <= text.length; at++) {
    follow(steps, 0, { into: current, text, at });
    if (current.has(steps.length - 1)) return true;
    const next = new Set<number>();
    const code = text.charCodeAt(at);
    for (const index of current) {
      const step = steps[index]!;
      if (step.op === 'code' && step.test(code)) follow(steps, index + 1, { into: next, text, at: at + 1 });
    }
    if (at < text.length) current = next;
  }
  return current.has(steps.length - 1);
}

function follow(steps: readonly Step[], start: number, way: { into: Set<number>; text: string; at: number }): void {
  const open = [start];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (way.into.has(index)) continue;
    way.into.add(index);
    const step = steps[index]!;
    if (step.op === 'split') open.push(step.second, step.first);
    else if (step.op === 'assert' && holds(step.what, way.text, way.at)) open.push(index + 1);
  }
}

function holds(what: Assertion, text: string, at: number): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === text.length;
  const edge = (at > 0 && isWord(text.charCodeAt(at - 1))) !== (at < text.length && isWord(text.charCodeAt(at)));
  return what === 'word' ? edge : !edge;
}

const isDigit: CodeTest = (code) => code >= 48 && code <= 57;
const isWord: CodeTest = (code) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace: CodeTest = (code) => code === 32 || (code >= 9 && code <= 13);
const not =
  (test: CodeTest): CodeTest =>
  (code) =>
    !test(code);
const classes: Readonly<Record<string, CodeTest>> = {
  d: isDigit,
  w: isWord,
  s: isSpace,
  D: not(isDigit),
  W: not(isWord),
  S: not(isSpace),
};
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', a: '\x07' };

class PatternReader {
  readonly #text: string;
  readonly #ignoreCase: boolean;
  #at = 0;
  #depth = 0;

  constructor(text: string, ignoreCase: boolean) {
    this.#text = text;
    this.#ignoreCase = ignoreCase;
  }

  read(): Node {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw new Error(`unexpected ) at ${this.#at}`);
    return node;
  }

  #choice(): Node {
    if (++this.#depth > deepest) throw new Error(`groups are nested deeper than ${deepest}`);
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    this.#depth--;
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && this.#peek() !== '|' && this.#peek() !== ')') parts.push(this.#repeated());
    return { kind: 'sequence', parts };
  }

  #repeated(): Node {
    const part = this.#atom();
    const counts = this.#counts();
    if (counts === undefined) return part;
    this.#take('?');
    if (this.#counts() !== undefined) throw new Error(`nothing to repeat at ${this.#at}`);
    return { kind: 'repeat', part, least: counts[0], most: counts[1] };
  }

  #counts(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Infinity];
    if (this.#take('+')) return [1, Infinity];
    if (this.#take('?')) return [0, 1];
    const match = /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(this.#text.slice(this.#at, this.#at + 12));
    if (match === null) return undefined;
    this.#at += match[0].length;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === '' ? Infinity : Number(match[3]);
    if (most < least || least > 1000 || (most !== Infinity && most > 1000)) throw new Error(`bad count ${match[0]}`);
    return [least, most];
  }

  #atom(): Node {
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '[') return { kind: 'code', test: this.#class() };
    if (character === '.') return { kind: 'code', test: (code) => code !== 10 };
    if (character === '^') return { kind: 'assert', what: 'start' };
    if (character === '$') return { kind: 'assert', what: 'end' };
    if (character === '*' || character === '+' || character === '?')
      throw new Error(`nothing to repeat at ${this.#at - 1}`);
    if (character !== '\\') return this.#literal(character);
    const escaped = this.#next();
    if (escaped === 'b' || escaped === 'B') return { kind: 'assert', what: escaped === 'b' ? 'word' : 'no-word' };
    if (escaped === 'A' || escaped === 'z') return { kind: 'assert', what: escaped === 'A' ? 'start' : 'end' };
    const known = classes[escaped];
    return known === undefined ? this.#literal(this.#unescape(escaped)) : { kind: 'code', test: known };
  }

  #group(): Node {
    if (this.#take('?')) {
      if (!this.#take(':')) throw new Error(`(?${this.#peek() ?? ''} is not supported at ${this.#at}`);
    }
    const node = this.#choice();
    if (!this.#take(')')) throw new Error('a group is not closed');
    return node;
  }

  #class(): CodeTest {
    const negated = this.#take('^');
    const tests: CodeTest[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      const from = this.#classMember();
      if (typeof from === 'function') tests.push(from);
      else if (this.#peek() === '-' && this.#text[this.#at + 1] !== ']' && this.#at + 1 < this.#text.length) {
        this.#at++;
        const to = this.#classMember();
        if (typeof to === 'function' || to < from) throw new Error(`bad range in a class at ${this.#at}`);
        tests.push(this.#folded((code) => code >= from && code <= to));
      } else tests.push(this.#folded((code) => code === from));
    }
    this.#at++;
    const any: CodeTest = (code) => tests.some((test) => test(code));
    return negated ? not(any) : any;
  }

  #classMember(): number | CodeTest {
    const character = this.#next();
    if (character !== '\\') return character.charCodeAt(0);
    const escaped = this.#next();
    return classes[escaped] ?? this.#unescape(escaped).charCodeAt(0);
  }

  #literal(character: string): Node {
    const wanted = character.charCodeAt(0);
    return { kind: 'code', test: this.#folded((code) => code === wanted) };
  }

  #folded(test: CodeTest): CodeTest {
    if (!this.#ignoreCase) return test;
    return (code) => test(code) || (isLetter(code) && test(code ^ 32));
  }

  #unescape(escaped: string): string {
    const control = controls[escaped];
    if (control !== undefined) return control;
    if (/[A-Za-z0-9]/.test(escaped)) throw new Error(`\\${escaped} is not supported`);
    return escaped;
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #next(): string {
    const character = this.#text[this.#at++];
    if (character === undefined) throw new Error('the pattern ends too early');
    return character;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
}

const isLetter: CodeTest = (code) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
