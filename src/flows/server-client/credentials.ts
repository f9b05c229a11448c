import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { CodedError } from '../../model/index.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where tokens are kept, by server (XDG base directory specification); for their owner alone. */
export function credentialsFile(env: Env): string {
  return path.join(
    env['XDG_CONFIG_HOME'] || path.join(env['HOME'] || homedir(), '.config'),
    'plimsoll',
    'servers.json',
  );
}

/** Servers that there is a token for. */
export function knownServers(env: Env): readonly string[] {
  return Object.keys(read(env));
}

/** The token for a server: `PLIMSOLL_TOKEN`, else what `plimsoll login` kept. @throws CodedError `not-logged-in` */
export function tokenFor(server: string, env: Env): string {
  const token = env['PLIMSOLL_TOKEN'] || read(env)[new URL(server).origin]?.token;
  if (token !== undefined) return token;
  throw new CodedError('not-logged-in', `there is no token for ${server}`, {
    kind: 'usage',
    hint: `plimsoll login ${server}, or PLIMSOLL_TOKEN`,
  });
}

export function keepToken(server: string, token: string, env: Env): void {
  write({ ...read(env), [new URL(server).origin]: { token } }, env);
}

/** Whether there was one. */
export function forgetToken(server: string, env: Env): boolean {
  const { [new URL(server).origin]: known, ...rest } = read(env);
  if (known !== undefined) write(rest, env);
  return known !== undefined;
}

function read(env: Env): Readonly<Record<string, { readonly token: string }>> {
  const file = credentialsFile(env);
  if (!existsSync(file)) return {};
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { servers: Record<string, { token: string }> }).servers;
  } catch (cause) {
    throw new CodedError('file-unreadable', `${file} could not be read: ${(cause as Error).message}`, {
      hint: 'remove it and log in again',
      cause,
    });
  }
}

/** Whole or not at all, and never readable for others, not even for a moment. */
function write(servers: Readonly<Record<string, { readonly token: string }>>, env: Env): void {
  const file = credentialsFile(env);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, `${JSON.stringify({ servers }, null, 2)}\n`, { mode: 0o600 });
  chmodSync(beside, 0o600);
  renameSync(beside, file);
}
