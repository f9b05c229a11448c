import { PassThrough } from 'node:stream';
import { Command, type Option } from 'commander';
import type { Io } from './io.ts';
import { commands } from './list.ts';

export interface CommandOption {
  /** `scan`, `db import`. */
  readonly command: string;
  readonly option: Option;
}

/** Every option of every command: for checking settings and for completions. */
export async function allOptions(): Promise<CommandOption[]> {
  const found: CommandOption[] = [];
  for (const command of await allCommands())
    for (const option of command.options) found.push({ command: pathOf(command), option });
  return found;
}

/** Every command and subcommand, registered against a world that is never used. */
export async function allCommands(): Promise<Command[]> {
  const nowhere = new PassThrough();
  const io: Io = {
    stdin: nowhere,
    stdout: nowhere,
    stderr: nowhere,
    env: {},
    columns: 80,
    color: false,
    progress: false,
    now: new Date(0),
    signal: new AbortController().signal,
    exitStatus: 0,
  };
  const all: Command[] = [];
  const program = new Command('plimsoll');
  for (const { name, summary, load } of commands) {
    const command = program.command(name).description(summary);
    (await load())(command, io);
    all.push(command, ...command.commands);
  }
  return all;
}

/** The words that call a command, without the program's name. */
export function pathOf(command: Command): string {
  const parent = command.parent;
  return parent === null || parent.name() === 'plimsoll' ? command.name() : `${pathOf(parent)} ${command.name()}`;
}
