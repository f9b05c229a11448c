import type { Command } from 'commander';
import type { ServerClient } from '../flows/server-client/index.ts';
import { CodedError } from '../model/index.ts';
import type { Io } from './io.ts';

export interface ServerFlags {
  /** true: the one that somebody is logged in to. */
  readonly server?: string | true;
}

/** For commands that have nothing to say without a server. */
export function addServerOption(command: Command): Command {
  return command.option(
    '--server [url]',
    'the server; by itself and without: where you are logged in, or PLIMSOLL_SERVER',
  );
}

/** For commands that do their work here unless a server is asked for. */
export function addOptionalServer(command: Command, summary: string): Command {
  return command
    .option('--server [url]', `${summary}; by itself: where you are logged in`)
    .hook('preAction', (_, self) => {
      // PLIMSOLL_SERVER says which server: that one is wanted at all, for what could be done here, only the flag says.
      if (self.getOptionValueSource('server') !== 'cli') self.setOptionValue('server', undefined);
    });
}

/** Runs work with the server that is meant. @throws CodedError `not-logged-in` */
export async function withServer<T>(
  flags: ServerFlags,
  io: Io,
  work: (server: ServerClient) => Promise<T>,
): Promise<T> {
  const { knownServers, openServer, tokenFor } = await import('../flows/server-client/index.ts');
  const given = typeof flags.server === 'string' ? flags.server : undefined;
  const known = knownServers(io.env);
  const url = given ?? (io.env['PLIMSOLL_SERVER'] || (known.length === 1 ? known[0] : undefined));
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
