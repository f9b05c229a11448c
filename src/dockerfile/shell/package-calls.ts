import type { Script } from '../../formats/shell/index.ts';
import type { Argument, Invocation } from './invocation.ts';
import { packageManagers } from './package-managers/list.ts';
import type { PackageCall } from './package-managers/package-manager.ts';
import { constantOf } from './values.ts';

const byProgram = new Map(
  packageManagers.flatMap((manager) => manager.programs.map((name) => [name, manager] as const)),
);

export interface Scope {
  readonly script: Script;
  /** Values that ENV and ARG give, where they are known. */
  readonly variables: ReadonlyMap<string, string | undefined>;
}

/** The calls of package managers among some commands. Lists of packages in variables are looked into. */
export function packageCallsOf(commands: readonly Invocation[], scope: Scope): readonly PackageCall[] {
  return commands.flatMap((command) => {
    // Pythons and pips have their version in their names.
    const manager = byProgram.get(command.name) ?? byProgram.get(command.name.replace(/\d?\.\d+$/, ''));
    if (manager === undefined) return [];
    const call = manager.read({ ...command, args: command.args.flatMap((argument) => split(argument, scope)) });
    return call === undefined ? [] : [{ ...call, invocation: command }];
  });
}

/** What the shell makes of `$name` outside of quotes if the value is known: its words. */
function split(argument: Argument, { script, variables }: Scope): readonly Argument[] {
  const [part] = argument.word.parts;
  if (argument.isStatic || argument.word.parts.length !== 1 || part?.kind !== 'parameter') return [argument];
  if (part.operator !== undefined || part.prefix !== undefined) return [argument];
  const value = constantOf(script, part.name) ?? variables.get(part.name);
  if (value === undefined) return [argument];
  const words = value.split(/[ \t\n\\]+/).filter((word) => word !== '');
  return words.map((text) => ({ ...argument, text, isStatic: true }));
}
