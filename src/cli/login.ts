import { CodedError } from '../model/index.ts';
import type { RegisterCommand } from './command.ts';

const longestToken = 4096;

/** `plimsoll login URL`. */
export const registerLogin: RegisterCommand = (command, io) => {
  command
    .argument('<url>', 'the server, as https://plimsoll.example.com')
    .addHelpText(
      'before',
      'Examples:\n  plimsoll login https://plimsoll.example.com < token.txt\n  PLIMSOLL_TOKEN=plim_… plimsoll login http://127.0.0.1:7411\n\nThe token is made on the page of the server, or by POST /v1/tokens; it is read from standard input.\n',
    )
    .option('--logout', 'forget the token')
    .action(async (url: string, { logout }: { readonly logout?: boolean }) => {
      const client = await import('../flows/server-client/index.ts');
      if (logout === true) {
        const was = client.forgetToken(url, io.env);
        return void io.stdout.write(was ? `forgot the token for ${url}\n` : `there was no token for ${url}\n`);
      }
      if (io.env['PLIMSOLL_TOKEN'] === undefined && io.progress) io.stderr.write('token: ');
      const token = io.env['PLIMSOLL_TOKEN'] ?? (await firstLine());
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
    });

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
