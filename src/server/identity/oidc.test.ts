import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browse, oidcClient, startOidcProvider, type TestProvider } from '../../../test/make/oidc-provider.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { caller, startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import type { Me } from '../contract/index.ts';

const embedded = postgresServers[0]!;

describe('a log-in at the organisation’s provider', () => {
  let provider: TestProvider;
  let server: TestServer;
  let url = '';
  beforeAll(async () => {
    provider = await startOidcProvider(() => `${url}/v1/session/oidc/callback`);
    server = await startTestServer(await embedded.freshDatabase(), {
      oidc: {
        issuer: provider.issuer,
        clientId: oidcClient.id,
        clientSecret: oidcClient.secret,
        claim: 'groups',
        roles: [
          { role: 'developer', value: 'devs' },
          { role: 'security', value: 'sec' },
        ],
        teamClaim: 'teams',
      },
    });
    url = server.url;
  });
  afterAll(async () => {
    await server?.close();
    await provider?.stop();
  });

  const sessionOf = (jar: ReadonlyMap<string, string>): string =>
    `plimsoll_session=${jar.get(`${new URL(url).host} plimsoll_session`)}`;

  test('gives a session, roles and teams by what the provider says, and comes back to where it began', async () => {
    provider.account = {
      id: 'ada',
      claims: {
        name: 'Ada Lovelace',
        groups: ['devs', 'other'],
        teams: ['shop'],
        email: 'ada@example.com',
        email_verified: true,
      },
    };
    const end = await browse(`${url}/v1/session/oidc/start?to=/images`);
    expect(new URL(end.url).pathname).toBe('/images');
    const me = await caller(url, { cookie: sessionOf(end.jar) })<Me>('GET', '/v1/me');
    expect(me.body).toMatchObject({
      actor: { kind: 'human', name: 'ada', known: `oidc:${provider.issuer}` },
      displayName: 'Ada Lovelace',
      roles: ['developer'],
      teams: ['shop'],
    });
    const out = await caller(url, { cookie: sessionOf(end.jar), 'x-csrf-token': me.body.csrfToken! })(
      'POST',
      '/v1/session/logout',
    );
    expect(out.status).toBe(204);
    expect((await caller(url, { cookie: sessionOf(end.jar) })('GET', '/v1/me')).status).toBe(401);
  });

  test('follows the provider: who has lost a group has lost the role, and who has none may do nothing', async () => {
    provider.account = { id: 'ada', claims: { name: 'Ada', groups: [], teams: ['shop'] } };
    const end = await browse(`${url}/v1/session/oidc/start`);
    const ada = caller(url, { cookie: sessionOf(end.jar) });
    expect((await ada<Me>('GET', '/v1/me')).body.roles).toEqual([]);
    expect((await ada('GET', '/v1/images')).status).toBe(403);
  });

  test('is not taken from another browser, not twice, and not with another answer than was asked for', async () => {
    provider.account = { id: 'eve', claims: { groups: ['sec'] } };
    const begun = await fetch(`${url}/v1/session/oidc/start`, { redirect: 'manual' });
    const state = new URL(begun.headers.get('location')!).searchParams.get('state')!;
    const callback = `${url}/v1/session/oidc/callback?code=guessed&state=${state}`;
    expect((await fetch(callback, { redirect: 'manual' })).status).toBe(401);
    const other = { cookie: 'plimsoll_log_in=another' };
    expect((await fetch(callback, { redirect: 'manual', headers: other })).status).toBe(401);
    const own = { cookie: begun.headers.getSetCookie()[0]!.split(';', 1)[0]! };
    const forged = await fetch(callback, { redirect: 'manual', headers: own });
    expect([forged.status, ((await forged.json()) as { code: string }).code]).toEqual([401, 'log-in-failed']);
    const again = await fetch(callback, { redirect: 'manual', headers: own });
    expect(((await again.json()) as { detail: string }).detail).toMatch(/used already/);
  });

  test('sends nobody to another server afterwards', async () => {
    provider.account = { id: 'ada', claims: { groups: ['devs'] } };
    for (const to of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      const end = await browse(`${url}/v1/session/oidc/start?to=${encodeURIComponent(to)}`);
      expect(new URL(end.url).host).toBe(new URL(url).host);
    }
  });
});
