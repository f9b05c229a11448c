import type { Configuration } from 'openid-client';
import { CodedError } from '../../model/index.ts';
import { isLoopback } from '../../network/index.ts';
import { beginLogIn, type KeptPerson, seePerson, type Store, takeLogIn } from '../../server-store/index.ts';
import type { OidcOptions } from '../options.ts';
import { digestOf } from './digests.ts';

/** Logging in at the organisation's provider: authorization code with PKCE, state and nonce (OpenID Connect Core § 3.1). */
export class OidcLogIn {
  readonly #options: OidcOptions;
  readonly #store: Store;
  readonly #redirect: () => string;
  #configuration: Promise<Configuration> | undefined;

  constructor(options: OidcOptions, store: Store, redirect: () => string) {
    this.#options = options;
    this.#store = store;
    this.#redirect = redirect;
  }

  get issuer(): string {
    return this.#options.issuer;
  }

  /** Where to send a browser. `browser` is a secret that it keeps: only the same one can come back. */
  async start(browser: string, backTo: string): Promise<string> {
    const client = await import('openid-client');
    const configuration = await this.#discover();
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const nonce = client.randomNonce();
    await beginLogIn(this.#store, { state, verifier, nonce, browser: digestOf(browser), backTo });
    return client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#redirect(),
      scope: 'openid profile email',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    }).href;
  }

  /** Who came back. @throws CodedError `log-in-failed` */
  async finish(browser: string, query: URLSearchParams): Promise<{ person: KeptPerson; backTo: string }> {
    const client = await import('openid-client');
    const state = query.get('state') ?? '';
    const attempt = await takeLogIn(this.#store, state, digestOf(browser));
    if (attempt === undefined)
      throw failed('this log-in was not begun here, was used already or took over ten minutes');
    const configuration = await this.#discover();
    const url = new URL(this.#redirect());
    url.search = query.toString();
    let claims: Readonly<Record<string, unknown>> & { sub: string };
    try {
      const tokens = await client.authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: attempt.verifier,
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        idTokenExpected: true,
      });
      const own = tokens.claims()!;
      const more =
        configuration.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : await client.fetchUserInfo(configuration, tokens.access_token, own.sub);
      claims = { ...own, ...more, sub: own.sub };
    } catch (cause) {
      throw failed(`${this.#options.issuer} does not vouch for it: ${(cause as Error).message}`, cause);
    }
    return { person: await this.#see(claims), backTo: attempt.backTo };
  }

  #see(claims: Readonly<Record<string, unknown>> & { readonly sub: string }): Promise<KeptPerson> {
    const { issuer, claim, roles, teamClaim, defaultRole } = this.#options;
    const values = textsOf(claims[claim]);
    const granted = [...new Set(roles.filter(({ value }) => values.includes(value)).map(({ role }) => role))];
    const follows = roles.length > 0;
    const email = claims['email_verified'] === true ? textsOf(claims['email'])[0] : undefined;
    return seePerson(this.#store, {
      known: `oidc:${issuer}`,
      // Names at the provider may be given to somebody else; its own number for a person may not.
      name: claims.sub,
      displayName: textsOf(claims['name'])[0] ?? email ?? claims.sub,
      ...(email === undefined ? {} : { email }),
      roles: granted.length > 0 || follows ? granted : defaultRole === undefined ? [] : [defaultRole],
      ...(teamClaim === undefined ? {} : { teams: textsOf(claims[teamClaim]) }),
      follows,
    });
  }

  async #discover(): Promise<Configuration> {
    this.#configuration ??= discover(this.#options);
    try {
      return await this.#configuration;
    } catch (cause) {
      // The next one asks again: the provider may be back by then.
      this.#configuration = undefined;
      throw new CodedError(
        'log-in-failed',
        `the provider ${this.#options.issuer} can't be asked: ${(cause as Error).message}`,
        { cause },
      );
    }
  }
}

async function discover({ issuer, clientId, clientSecret }: OidcOptions): Promise<Configuration> {
  const client = await import('openid-client');
  const url = new URL(issuer);
  // Without TLS only on this machine, for trying out.
  const execute = url.protocol === 'http:' && isLoopback(url.hostname) ? [client.allowInsecureRequests] : [];
  const authentication = clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret);
  return client.discovery(url, clientId, undefined, authentication, { execute, timeout: 10 });
}

function textsOf(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((each): each is string => typeof each === 'string' && each !== '').slice(0, 1000);
}

function failed(why: string, cause?: unknown): CodedError {
  return new CodedError('log-in-failed', why, { hint: 'begin again at /', ...(cause === undefined ? {} : { cause }) });
}
