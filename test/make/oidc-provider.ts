import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A real OpenID provider on loopback that logs in whoever is named, without asking for a password. */
export interface TestProvider {
  readonly issuer: string;
  /** Who logs in next, and what is said of them. */
  account: { id: string; claims: Readonly<Record<string, unknown>> };
  stop(): Promise<void>;
}

export const oidcClient = { id: 'plimsoll', secret: 'a secret between two servers' };

export async function startOidcProvider(redirectUri: () => string): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: TestProvider = {
    issuer,
    account: { id: 'nobody', claims: {} },
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
  let oidc: Provider | undefined;
  const make = (): Provider => {
    const made = new Provider(issuer, {
      clients: [
        {
          client_id: oidcClient.id,
          client_secret: oidcClient.secret,
          redirect_uris: [redirectUri()],
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      pkce: { required: () => true },
      claims: { openid: ['sub'], profile: ['name', 'groups', 'teams'], email: ['email', 'email_verified'] },
      features: { devInteractions: { enabled: false } },
      cookies: { keys: ['of a test'] },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...provider.account.claims }) as never }),
      interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
      loadExistingGrant: async (context) => {
        const grant = new context.oidc.provider.Grant({
          clientId: context.oidc.client!.clientId,
          accountId: context.oidc.session!.accountId!,
        });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
    });
    return made;
  };
  server.on('request', (request, response) => {
    oidc ??= make();
    if (request.url?.startsWith('/interaction/') === true) {
      void oidc.interactionFinished(request, response, { login: { accountId: provider.account.id } });
      return;
    }
    void oidc.callback()(request, response);
  });
  return provider;
}

/** Follows redirects as a browser does, with cookies of each server, until one leads to `until` or nowhere. */
export async function browse(
  start: string,
  jar: Map<string, string> = new Map(),
): Promise<{
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly jar: Map<string, string>;
}> {
  let url = start;
  for (let step = 0; step < 20; step++) {
    const { host } = new URL(url);
    const cookies = [...jar]
      .filter(([key]) => key.startsWith(`${host} `))
      .map(([key, value]) => `${key.slice(host.length + 1)}=${value}`);
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: cookies.join('; ') } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';', 1);
      const at = pair!.indexOf('=');
      jar.set(`${host} ${pair!.slice(0, at)}`, pair!.slice(at + 1));
    }
    const location = answer.headers.get('location');
    if (location === null) return { url, status: answer.status, text: await answer.text(), jar };
    await answer.text();
    url = new URL(location, url).href;
  }
  throw new Error(`more than 20 redirects from ${start}`);
}
