import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CodedError } from '../model/index.ts';
import type { Io } from './io.ts';

export interface SecretFlags {
  readonly secret: readonly string[];
}

const sourceKinds = ['docker', 'kubernetes', 'containerd', 'registry'] as const;
export type SourceKindName = (typeof sourceKinds)[number];

export function addSecretOption(command: Command): Command {
  return command.option(
    '--secret <name=place>',
    'what lets us in: token=FILE, ca=FILE, password=env://VARIABLE …; more than once',
    (given: string, before: readonly string[]) => [...before, given],
    [],
  );
}

/** Reads secrets from where they lie: not from the command line, where everybody on the machine sees them. */
export function readSecrets({ secret }: SecretFlags, io: Io): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const given of secret) {
    const [, name, place] = /^([a-zA-Z]{1,32})=(.+)$/.exec(given) ?? [];
    if (name === undefined || place === undefined)
      throw usage(
        `--secret ${given.split('=', 1)[0]!} does not say what and where`,
        'write it like token=FILE or token=env://VARIABLE',
      );
    secrets[name] = place.startsWith('env://') ? fromVariable(place.slice('env://'.length), io) : fromFile(place);
  }
  return secrets;
}

export function kindOf(text: string): SourceKindName {
  const kind = sourceKinds.find((each) => each === text);
  if (kind === undefined) throw usage(`${text} is no kind of source`, `kinds are ${sourceKinds.join(', ')}`);
  return kind;
}

function fromVariable(name: string, io: Io): string {
  const value = io.env[name];
  if (value === undefined || value === '') throw usage(`the variable ${name} is not set`);
  return value;
}

function fromFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new CodedError('file-unreadable', `${path} could not be read: ${(cause as Error).message}`, { cause });
  }
}

function usage(message: string, hint?: string): CodedError {
  return new CodedError('bad-source', message, { kind: 'usage', ...(hint === undefined ? {} : { hint }) });
}
