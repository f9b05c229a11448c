import type { Argument, Invocation } from '../invocation.ts';
import { readOptions, type OptionTable } from '../options.ts';
import type { PackageAction, PackageCall, PackageManager, PackageRequest, PackageSource } from './package-manager.ts';

/** A package manager as a table: its subcommands, its options with values, how a package is written. */
export interface ManagerTable {
  readonly name: string;
  readonly programs: readonly string[];
  readonly ecosystem: string;
  readonly options: OptionTable;
  readonly actions: Readonly<Record<string, PackageAction>>;
  /** What a call without a subcommand does: `yarn` installs. */
  readonly withoutSubcommand?: PackageAction;
  /** Reads the text of an operand; undefined for what is no package. */
  readonly request: (text: string, argument: Argument) => Omit<PackageRequest, 'from' | 'to' | 'text'> | undefined;
  /** What an action really is, given what it installs and the options. */
  readonly refine?: (call: PackageCall) => Partial<Pick<PackageCall, 'action' | 'packages' | 'subcommand'>>;
}

/** Reads calls by a table. */
export function managerOf(table: ManagerTable): PackageManager {
  const { name, programs, ecosystem } = table;
  return { name, programs, ecosystem, read: (invocation) => readCall(table, invocation, invocation.args) };
}

/** Reads a call whose subcommand is the first operand of some arguments. */
export function readCall(
  table: ManagerTable,
  invocation: Invocation,
  args: readonly Argument[],
): PackageCall | undefined {
  const { given, operands, has, value } = readOptions(args, table.options);
  const [first, ...rest] = operands;
  const subcommand = first?.text ?? '';
  const action = first === undefined ? table.withoutSubcommand : lookUp(table.actions, subcommand);
  if (action === undefined && first === undefined) return undefined;
  const packages = action === 'install' || action === 'remove' ? rest.flatMap(requestIn(table)) : [];
  const { name: manager, ecosystem } = table;
  const call: PackageCall = {
    ...{ manager, ecosystem, subcommand, packages, options: given, invocation, has, value },
    action: action ?? 'other',
  };
  return { ...call, ...table.refine?.(call) };
}

function requestIn(table: ManagerTable): (argument: Argument) => PackageRequest[] {
  return (argument) => {
    const { text, from, to } = argument;
    const request = table.request(text, argument);
    return request === undefined ? [] : [{ text, from, to, ...request }];
  };
}

function lookUp<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Where a package comes from, by how it is written; registries have their own names beside. */
export function sourceOf(text: string): PackageSource {
  if (/^(?:git|hg|svn|bzr)\+|^git:|^git@|\.git(?:[#@]|$)|^(?:github|gitlab|bitbucket|gist):/.test(text))
    return 'version-control';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return 'url';
  if (/^(?:\.{0,2}\/|\.$|\.\.$|~|file:)/.test(text)) return 'file';
  if (/^\$/.test(text)) return 'unknown';
  return 'registry';
}

/** Splits `name=version` and its like at the first of some separators. */
export function splitVersion(text: string, separator: RegExp): { name: string; version: string | undefined } {
  const at = text.search(separator);
  if (at <= 0) return { name: text, version: undefined };
  return { name: text.slice(0, at), version: text.slice(at) };
}
