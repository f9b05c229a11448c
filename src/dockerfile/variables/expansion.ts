import { matchLength, parsePattern } from './glob.ts';
import { parseTemplate, type Part, type VariablePart } from './template.ts';

/** A text after its variables were put in, and what is known of each. */
export interface Expansion {
  /** What a build without build arguments makes of it; undefined where that depends on the builder or the base image. */
  readonly text: string | undefined;
  readonly uses: readonly VariableUse[];
  /** Why builders would refuse it: `missing '}' in ${}`, `VERSION: is not allowed to be unset`. */
  readonly error: string | undefined;
}

export interface VariableUse {
  readonly name: string;
  readonly state: VariableState;
  readonly value: string | undefined;
  /** Whether it has `:-`, `-`, `:+` or `+`, and so says itself what happens without a value. */
  readonly hasFallback: boolean;
  /** Offsets of `$…` in the word. */
  readonly from: number;
  readonly to: number;
}

/**
 * `fixed`: `ENV`, or what no build argument changes. `default`: an `ARG` with a value that a build argument may replace.
 * `unset`: an `ARG` without a value, empty unless it is given. `given`: the builder sets it (`TARGETARCH`). `inherited`: the
 * base image may set it, which can't be told here. `undefined`: nothing declares it.
 */
export type VariableState = 'fixed' | 'default' | 'unset' | 'given' | 'inherited' | 'undefined';

export interface Variable {
  readonly state: VariableState;
  readonly value: string | undefined;
}

/** What variables an instruction sees. */
export interface Scope {
  lookup(name: string): Variable;
  /** Names that are declared there, to guess what a mistyped one meant. */
  names(): readonly string[];
  readonly escape: string;
  /** Characters that may still be made in all expansions of a file, so that none doubles itself to gigabytes. */
  readonly budget: { left: number };
}

const longestText = 65_536;

/** Puts variables in a word and takes its quotes and escapes away, by BuildKit's rules. */
export function expandWord(word: string, scope: Scope, options: { readonly quotes?: boolean } = {}): Expansion {
  if (!needsWork(word, scope.escape, options.quotes !== false)) return { text: word, uses: [], error: undefined };
  const { parts, error } = parseTemplate(word, { escape: scope.escape, ...options });
  if (error !== undefined) return { text: undefined, uses: [], error };
  const evaluation: Evaluation = { scope, uses: [], error: undefined };
  const text = join(parts, evaluation);
  return { text: evaluation.error === undefined ? text : undefined, uses: evaluation.uses, error: evaluation.error };
}

function needsWork(word: string, escape: string, quotes: boolean): boolean {
  return word.includes('$') || word.includes(escape) || (quotes && (word.includes('"') || word.includes("'")));
}

interface Evaluation {
  readonly scope: Scope;
  readonly uses: VariableUse[];
  error: string | undefined;
}

function join(parts: readonly Part[], evaluation: Evaluation): string | undefined {
  let whole: string | undefined = '';
  for (const part of parts) {
    const text = part.kind === 'text' ? part.text : substitute(part, evaluation);
    whole = whole === undefined || text === undefined ? undefined : whole + text;
    if (whole !== undefined && whole.length > longestText) whole = undefined;
  }
  const { budget } = evaluation.scope;
  budget.left -= whole?.length ?? 0;
  return budget.left < 0 ? undefined : whole;
}

function substitute(part: VariablePart, evaluation: Evaluation): string | undefined {
  const { name, operator, emptyIsUnset } = part;
  const variable = evaluation.scope.lookup(name);
  const hasFallback = operator === '-' || operator === '+';
  const { from, to } = part;
  evaluation.uses.push({ name, ...variable, hasFallback, from, to });
  const word = join(part.word, evaluation);
  const { value } = variable;
  const isUnknown = variable.state === 'inherited' || (variable.state === 'given' && value === undefined);
  if (operator === '-' || operator === '+' || operator === '?') {
    if (isUnknown) return undefined;
    const isSet = value !== undefined && !(emptyIsUnset && value === '');
    if (operator === '+') return isSet ? word : '';
    if (isSet) return value;
    if (operator === '-') return word;
    evaluation.error ??= `${name}: ${word || (value === undefined ? 'is not allowed to be unset' : 'is not allowed to be empty')}`;
    return undefined;
  }
  if (isUnknown) return undefined;
  if (operator === '') return value ?? '';
  const replacement = join(part.replacement, evaluation);
  return word === undefined || replacement === undefined
    ? undefined
    : edited({ value: value ?? '', operator, word, replacement }, evaluation);
}

/** `${x#p}` and its like. */
function edited(
  { value, operator, word, replacement }: { value: string; operator: string; word: string; replacement: string },
  evaluation: Evaluation,
): string | undefined {
  const isTrim = operator === '#' || operator === '%';
  const isGreedy = !isTrim || word.startsWith(operator);
  const pattern = parsePattern(isTrim && isGreedy ? word.slice(1) : word);
  if (pattern === undefined) {
    evaluation.error ??= `invalid pattern ${word}`;
    return undefined;
  }
  const { budget } = evaluation.scope;
  budget.left -= (value.length + 1) * (pattern.length + 1);
  if (budget.left < 0) return undefined;
  if (operator === '#') return value.slice(matchLength(pattern, value, 0, isGreedy) ?? 0);
  if (operator === '%') {
    const length = matchLength([...pattern].reverse(), [...value].reverse().join(''), 0, isGreedy) ?? 0;
    return value.slice(0, value.length - length);
  }
  let result = '';
  let at = 0;
  while (at <= value.length) {
    const length = matchLength(pattern, value, at, true);
    if (length !== undefined) {
      result += replacement;
      if (operator === '/') return result + value.slice(at + length);
    }
    if (length === undefined || length === 0) result += value[at] ?? '';
    at += Math.max(1, length ?? 0);
    // A look through the rest at every place: as much work as the value's length squared.
    budget.left -= (value.length - at + 1) * pattern.length;
    if (budget.left < 0 || result.length > longestText) return undefined;
  }
  return result;
}
