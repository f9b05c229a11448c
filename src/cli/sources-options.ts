import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { ServerClient } from '../flows/server-client/index.ts';
import { CodedError } from '../model/index.ts';
import type { Io } from './io.ts';

export interface ServerFlags {
  readonly server?: string;
}

export interface SecretFlags {
  readonly secret: readonly string[];
}

/** A source as the server tells of it (contract: Source). */
export interface ToldSource {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly address: string;
  readonly environment?: string;
  readonly team?: string;
  readonly state: string;
  readonly message?: string;
  readonly lastSeen?: string;
  readonly containers: number;
}

const sourceKinds = ['docker', 'kubernetes', 'containerd', 'registry'] as const;
export type SourceKindName = (typeof sourceKinds)[number];

export function addServerOption(command: Command): Command {
  return command.option('--server <url>', 'the server; default: the one that you are logged in to, or PLIMSOLL_SERVER');
}

export function addSecretOption(command: Command): Command {
  return command.option(
    '--secret <name=place>',
    'what lets us in: token=FILE, ca=FILE, password=env://VARIABLE …; more than once',
    (given: string, before: readonly string[]) => [...before, given],
    [],
  );
}

/** Runs work with the server that is meant. @throws CodedError `not-logged-in` */
export async function withServer<T>(
  flags: ServerFlags,
  io: Io,
  work: (server: ServerClient) => Promise<T>,
): Promise<T> {
  const { knownServers, openServer, tokenFor } = await import('../flows/server-client/index.ts');
  const known = knownServers(io.env);
  const url = flags.server ?? io.env['PLIMSOLL_SERVER'] ?? (known.length === 1 ? known[0] : undefined);
  if (url === undefined)
    throw new CodedError(
      'not-logged-in',
      known.length === 0 ? 'you are not logged in to a server' : 'you are logged in to several servers',
      {
        kind: 'usage',
        hint:
          known.length === 0
            ? 'plimsoll login https://plimsoll.example.com'
            : `--server ${known.join(' or --server ')}`,
      },
    );
  const server = await openServer(url, { token: tokenFor(url, io.env), env: io.env, signal: io.signal });
  try {
    return await work(server);
  } finally {
    server.close();
  }
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
