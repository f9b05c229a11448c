import { CodedError } from '../model/index.ts';
import type { RegisterCommand } from './command.ts';
import { registerLoginLink } from './login-link.ts';
import { addStoreOptions, type StoreFlags } from './store-options.ts';

const longestToken = 4096;

interface LoginFlags extends StoreFlags {
  readonly logout?: boolean;
  readonly local?: boolean;
}

/** `plimsoll login URL`, `plimsoll login link`. */
export const registerLogin: RegisterCommand = (command, io) => {
  command
    .argument('<url>', 'the server, as https://plimsoll.example.com')
    .addHelpText(
      'before',
      'Examples:\n  plimsoll login https://plimsoll.example.com < token.txt\n  PLIMSOLL_TOKEN=plim_… plimsoll login http://127.0.0.1:7411\n  plimsoll login http://127.0.0.1:7411 --local\n  plimsoll login link\n\nThe token is made on the page of the server, or by POST /v1/tokens; it is read from standard input.\n',
    )
    .option('--logout', 'forget the token')
    .option('--local', "on the server's own machine: make a token of the administrator, for 90 days");
  const link = "make a link that logs the administrator in on the page; on the server's machine";
  registerLoginLink(command.command('link').summary(link).description(link).exitOverride(), io);
  addStoreOptions(command, io).action(async (url: string, { logout, local, ...store }: LoginFlags) => {
    if (logout === true) {
      const client = await import('../flows/server-client/index.ts');
      const was = client.forgetToken(url, io.env);
      return void io.stdout.write(was ? `forgot the token for ${url}\n` : `there was no token for ${url}\n`);
    }
    if (local !== true) return logIn(url, await givenToken());
    await expectServer(url);
    await (await import('./login-local.ts')).withLocalToken(store, io, (token) => logIn(url, token));
  });

  /** Before a token is made for it: whether a server answers there at all. */
  async function expectServer(url: string): Promise<void> {
    const { openServer } = await import('../flows/server-client/index.ts');
    const server = await openServer(url, { env: io.env, signal: io.signal });
    try {
      const answer = await server.call<{ providers?: unknown }>('GET', '/v1/session');
      if (!Array.isArray(answer?.providers))
        throw new CodedError('server-answer', `${url} is no Plimsoll server: it knows of no log-ins`);
    } finally {
      server.close();
    }
  }

  async function logIn(url: string, token: string): Promise<void> {
    const client = await import('../flows/server-client/index.ts');
    const server = await client.openServer(url, { token, env: io.env, signal: io.signal });
    try {
      const me = await server.call<{ displayName: string; permissions: readonly string[]; expiresAt?: string }>(
        'GET',
        '/v1/me',
      );
      client.keepToken(server.url, token, io.env);
      const until = me.expiresAt === undefined ? '' : `, until ${me.expiresAt.slice(0, 10)}`;
      io.stdout.write(`logged in to ${server.url} as ${me.displayName}${until}: ${me.permissions.join(', ')}\n`);
      io.stdout.write(`the token lies in ${client.credentialsFile(io.env)}\n`);
    } finally {
      server.close();
    }
  }

  async function givenToken(): Promise<string> {
    if (io.env['PLIMSOLL_TOKEN'] === undefined && io.progress) io.stderr.write('token: ');
    return io.env['PLIMSOLL_TOKEN'] ?? (await firstLine());
  }

  async function firstLine(): Promise<string> {
    let text = '';
    for await (const part of io.stdin as AsyncIterable<Buffer | string>) {
      text += part.toString();
      if (text.includes('\n') || text.length > longestToken) break;
    }
    const token = text.split('\n', 1)[0]!.trim();
    if (token === '' || token.length > longestToken)
      throw new CodedError('not-logged-in', 'no token came on standard input', { kind: 'usage' });
    return token;
  }
};
