import { serialize } from '@marcbachmann/cel-js';
import { Environment } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import { linearRegex } from '../formats/linear-regex.ts';
import type { LinearRegex } from '../formats/linear-regex.ts';

/*
 * CEL conditions with a bound on their work. CEL always ends, but nested `all` over long lists may take hours, and
 * `matches` may be made to backtrack for ever. So an expression is parsed under limits, then written out again with every
 * list that a macro walks, every operand of a comparison or concatenation and every argument of a function wrapped in
 * `__charge`, which takes its size from a budget and throws when that is spent; `matches` runs on our own linear engine
 * and is charged too. Loading this file loads CEL: import it lazily.
 */

/** What a condition may spend on one record: about one unit for each node that is evaluated. */
export const conditionBudget = 5_000_000;

export type ConditionResult =
  { readonly kind: 'holds' } | { readonly kind: 'broken' } | { readonly kind: 'cannot-tell'; readonly why: string };

/** What a condition can speak of, by name. */
export interface ConditionVariables {
  readonly record: unknown;
  readonly context: unknown;
  readonly now: Date;
}

export type Condition = (variables: ConditionVariables) => ConditionResult;

const longestExpression = 4_000;
const plain = environment({ maxAstNodes: 2_000, maxDepth: 50, maxListElements: 500, maxMapEntries: 200 });
const spending = { left: 0, regexes: new Map<string, LinearRegex>() };
const guarded = environment({ maxAstNodes: 30_000, maxDepth: 600, maxListElements: 500, maxMapEntries: 200 })
  .registerFunction('__charge(dyn, int): dyn', (value: unknown, weight: bigint) => charge(value, Number(weight)))
  .registerFunction('__deep(dyn): dyn', (value: unknown) => chargeDeep(value))
  .registerFunction('__matches(dyn, dyn): bool', (text: unknown, pattern: unknown) => matches(text, pattern));

/**
 * Compiles a condition. Throws an Error whose message says what is wrong: syntax, an unknown name, a type, a limit.
 */
export function compileCondition(expression: string): Condition {
  if (expression.length > longestExpression) throw new Error(`longer than ${longestExpression} characters`);
  if (/\b__/.test(expression)) throw new Error('names that start with __ are reserved');
  const parsed = plain.parse(expression);
  const check = parsed.check();
  if (!check.valid) throw check.error ?? new Error('it is not valid');
  if (check.type !== 'bool' && check.type !== 'dyn') throw new Error(`it gives ${check.type}, not true or false`);
  const evaluate = guarded.parse(guard(parsed.ast));
  return (variables) => {
    spending.left = conditionBudget;
    try {
      const result: unknown = evaluate({ ...variables });
      if (spending.left < 0) return tooMuch;
      if (result === true) return { kind: 'holds' };
      return result === false ? { kind: 'broken' } : { kind: 'cannot-tell', why: 'it gives neither true nor false' };
    } catch (error) {
      return spending.left < 0 ? tooMuch : { kind: 'cannot-tell', why: summaryOf(error) };
    }
  };
}

/** What is wrong with an expression, in one line. */
export function summaryOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'summary' in error && typeof error.summary === 'string')
    return error.summary;
  return error instanceof Error ? error.message.split('\n', 1)[0]! : String(error);
}

const tooMuch: ConditionResult = { kind: 'cannot-tell', why: `it takes more than ${conditionBudget} steps` };

function environment(limits: Record<string, number>): Environment {
  return new Environment({ unlistedVariablesAreDyn: false, homogeneousAggregateLiterals: false, limits })
    .registerVariable('record', 'dyn')
    .registerVariable('context', 'dyn')
    .registerVariable('now', 'google.protobuf.Timestamp');
}

const macros: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const compared: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '+']);

/** The expression again, every operator in brackets, with charges. */
function guard(node: ASTNode): string {
  switch (node.op) {
    case 'value':
    case 'id':
      return serialize(node);
    case '.':
      return `${guard(node.args[0])}.${node.args[1]}`;
    case '[]':
      return `${guard(node.args[0])}[${guard(node.args[1])}]`;
    case 'list':
      return `[${node.args.map(guard).join(', ')}]`;
    case 'map':
      return `{${node.args.map(([key, value]) => `${guard(key)}: ${guard(value)}`).join(', ')}}`;
    case '?:':
      return `(${guard(node.args[0])} ? ${guard(node.args[1])} : ${guard(node.args[2])})`;
    case '!_':
    case '-_':
      return `(${node.op[0]}${guard(node.args)})`;
    case 'call':
      return node.args[0] === 'has' ? serialize(node) : `${node.args[0]}(${node.args[1].map(charged).join(', ')})`;
    case 'rcall':
      return guardMethod(node.args);
    case '.?':
    case '[?]':
      throw new Error('optional fields are not supported: use has()');
    default:
      return guardBinary(node.op, node.args);
  }
}

function guardBinary(op: string, [left, right]: readonly [ASTNode, ASTNode]): string {
  if (op === '==' || op === '!=') return `(${deep(left)} ${op} ${deep(right)})`;
  if (op === 'in') return `(${deep(left)} in ${charged(right)})`;
  if (compared.has(op)) return `(${charged(left)} ${op} ${charged(right)})`;
  return `(${guard(left)} ${op} ${guard(right)})`;
}

function guardMethod([name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]]): string {
  if (name === 'bind' && receiver.op === 'id' && receiver.args === 'cel')
    return `cel.bind(${args.map(guard).join(', ')})`;
  if (name === 'matches' && args.length === 1) return `__matches(${guard(receiver)}, ${guard(args[0]!)})`;
  if (!macros.has(name)) return `${charged(receiver)}.${name}(${args.map(charged).join(', ')})`;
  const body = args.map(guard).join(', ');
  return `__charge(${guard(receiver)}, ${1 + args.reduce((sum, arg) => sum + sizeOf(arg), 0)}).${name}(${body})`;
}

/** A literal costs nothing that its place has not paid for. */
function charged(node: ASTNode): string {
  return node.op === 'value' ? guard(node) : `__charge(${guard(node)}, 1)`;
}

function deep(node: ASTNode): string {
  return node.op === 'value' ? guard(node) : `__deep(${guard(node)})`;
}

function sizeOf(node: unknown): number {
  if (Array.isArray(node)) return node.reduce((sum: number, part) => sum + sizeOf(part), 0);
  return typeof node === 'object' && node !== null && 'args' in node ? 1 + sizeOf(node.args) : 0;
}

function spend(units: number): void {
  spending.left -= units;
  if (spending.left < 0) throw new Error('the budget is spent');
}

function charge(value: unknown, weight: number): unknown {
  if (typeof value === 'string') spend(1 + (value.length >> 4));
  else spend(1 + (Array.isArray(value) ? value.length * weight : 0));
  return value;
}

function chargeDeep(value: unknown): unknown {
  const open = [value];
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    charge(next, 1);
    if (Array.isArray(next)) for (const member of next) open.push(member);
    else if (next instanceof Map) open.push(...next.values());
    else if (typeof next === 'object' && next !== null)
      for (const key of Object.keys(next)) open.push((next as Record<string, unknown>)[key]);
  }
  return value;
}

function matches(text: unknown, pattern: unknown): boolean {
  if (typeof text !== 'string' || typeof pattern !== 'string') throw new Error('matches() needs two strings');
  let regex = spending.regexes.get(pattern);
  if (regex === undefined) {
    spend(pattern.length * 20);
    if (spending.regexes.size >= 500) spending.regexes.clear();
    regex = linearRegex(pattern);
    spending.regexes.set(pattern, regex);
  }
  spend(regex.cost(text.length));
  return regex.test(text);
}
