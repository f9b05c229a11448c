import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MadeToken, Me, Permission } from '../../src/server/contract/index.ts';
import { type Caller, caller } from './test-server.ts';

const root = resolve(import.meta.dirname, '../..');
const built = join(root, 'dist/plimsoll.js');

export interface ServeProcess {
  readonly url: string;
  /** Of a first start. */
  readonly setupUrl?: string;
  readonly child: ChildProcess;
  /** What it wrote to standard error so far. */
  log(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface ServeOptions {
  readonly data: string;
  readonly databaseUrl?: string;
  readonly args?: readonly string[];
}

/** Starts the built program as a user does: `plimsoll serve`. Resolves when it says where it serves. */
export async function startServe({ data, databaseUrl, args = [] }: ServeOptions): Promise<ServeProcess> {
  const child = spawn(
    process.execPath,
    [program(), 'serve', '--data', data, '--listen', '127.0.0.1:0', '--requests-per-second', '100000', ...args],
    { env: environment(data, databaseUrl), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  await new Promise<void>((started, failed) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      // The policy's line is there in every start; the link, where there is one, comes in the same or the next piece.
      if (/policy .*\n/.test(said)) setTimeout(started, 50);
    });
    child.once('exit', (code, signal) => failed(new Error(`it ended with ${signal ?? code}: ${log}`)));
  });
  const setupUrl = /\n {2}(http\S+secret=\S+)/.exec(said)?.[1];
  return {
    url: /serves (\S+)/.exec(said)![1]!,
    child,
    log: () => log,
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
    ...(setupUrl === undefined ? {} : { setupUrl }),
  };
}

/** Runs the built program to its end. */
export function runBuilt(
  args: readonly string[],
  { data, databaseUrl }: ServeOptions,
): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program(), ...args], {
    env: environment(data, databaseUrl),
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

/** The secret of a token that the first-run link makes: it holds however often the server starts again. */
export async function firstToken({ url, setupUrl }: ServeProcess, scopes: readonly Permission[]): Promise<string> {
  const secret = new URL(setupUrl!).searchParams.get('secret');
  const answer = await caller(url)<Me>('POST', '/v1/session/setup', { secret });
  const cookie = answer.headers.getSetCookie()[0]!.split(';', 1)[0]!;
  const admin = caller(url, { cookie, 'x-csrf-token': answer.body.csrfToken! });
  return (await admin<MadeToken>('POST', '/v1/tokens', { name: 'test', scopes })).body.secret;
}

export function withSecret(url: string, secret: string): Caller {
  return caller(url, { authorization: `Bearer ${secret}` });
}

/** `npm test` builds it; by hand what is older than the sources would test what was. */
function program(): string {
  if (existsSync(built) && statSync(built).size > 0) return built;
  return join(root, 'src/cli/main.ts');
}

function environment(data: string, databaseUrl: string | undefined): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: data,
    XDG_CACHE_HOME: join(data, 'cache'),
    ...(databaseUrl === undefined ? {} : { PLIMSOLL_DATABASE_URL: databaseUrl }),
  };
}
