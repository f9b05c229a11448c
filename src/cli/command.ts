import type { Command } from 'commander';
import type { Io } from './io.ts';

/** Adds options, arguments and an action to a command that main.ts has made, named and described. */
export type RegisterCommand = (command: Command, io: Io) => void;
