import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerActions } from '../../src/ledger/index.ts';
import { type Route, type RouteName, routes } from '../../src/server/contract/index.ts';
import { findEntries, setSetupLink } from '../../src/server-store/index.ts';
import { digestOf, newSecret } from '../../src/server/identity/digests.ts';
import { cartRecord } from '../make/cart-image.ts';
import { browse, oidcClient, startOidcProvider, type TestProvider } from '../make/oidc-provider.ts';
import { postgresServers } from '../make/postgres.ts';
import { type Caller, caller, startTestServer, type TestServer } from '../make/test-server.ts';
import { advisory, ndjson } from '../rejudge/fleet-store.ts';

const table = Object.entries(routes) as readonly (readonly [RouteName, Route])[];
const changing = table.filter(([, { method, ledger }]) => method !== 'GET' || ledger !== undefined);

test('every route that changes something says what the ledger has of it, or why nothing', () => {
  expect(changing.filter(([, { ledger }]) => ledger === undefined).map(([name]) => name)).toEqual([]);
  const named = changing.flatMap(([, { ledger }]) => (Array.isArray(ledger) ? (ledger as readonly string[]) : []));
  expect(named.filter((action) => !Object.hasOwn(ledgerActions, action))).toEqual([]);
  expect(changing.filter(([, { ledger }]) => !Array.isArray(ledger)).map(([name]) => name)).toEqual([
    'checkPolicy',
    'simulatePolicy',
    'checkTrust',
  ]);
});

const vex = JSON.stringify({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://shop.example.com/vex/cart',
  author: 'Shop Security',
  timestamp: '2026-06-01T00:00:00Z',
  version: 1,
  statements: [
    { vulnerability: { name: 'CVE-2024-0001' }, products: [{ '@id': 'pkg:deb/debian/openssl' }], status: 'affected' },
  ],
});
const trustRoot = `apiVersion: plimsoll.dev/v1
kind: TrustRoot
metadata:
  name: acme
sources: []
bases: []
endorsers: []
verdict:
  maxAgeDays: 7
builders: []
people: []
`;

describe('a server', () => {
  let server: TestServer;
  let provider: TestProvider;
  let url = '';
  /** What a call by which an entry is made has to know of those before it. */
  const known = { source: '', registry: '', waivers: [] as string[], token: '', vex: '', scan: '', person: '' };
  const digest = cartRecord().image.digest;
  let reader: Caller;

  beforeAll(async () => {
    provider = await startOidcProvider(() => `${url}/v1/session/oidc/callback`);
    server = await startTestServer(await postgresServers[0]!.freshDatabase(), {
      allowAddresses: ['127.0.0.0/8'],
      oidc: {
        issuer: provider.issuer,
        clientId: oidcClient.id,
        clientSecret: oidcClient.secret,
        claim: 'g',
        roles: [],
      },
    });
    url = server.url;
    reader = await server.withToken(['read']);
  });
  afterAll(async () => {
    await server?.close();
    await provider?.stop();
  });

  const id = async (answer: Promise<{ readonly body: unknown; readonly status: number }>): Promise<string> => {
    const { body, status } = await answer;
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    return (body as { readonly id: string }).id;
  };
  const send = async (path: string, type: string, body: string): Promise<number> => {
    const { csrfToken } = (await server.admin<{ csrfToken: string }>('GET', '/v1/me')).body;
    const headers = { cookie: server.adminCookie, 'x-csrf-token': csrfToken, 'content-type': type };
    return (await fetch(new URL(path, url), { method: 'POST', headers, body })).status;
  };
  const askWaiver = async (name: string): Promise<string> => {
    const secret = await server.tokenOfAnother(['read', 'waiver.request']);
    const developer = caller(url, { authorization: `Bearer ${secret}` });
    const verdicts = await server.admin<{
      items: { verdict: { violations: { waiver: string; rule: string }[] } }[];
    }>('GET', `/v1/images/${digest}/verdicts`);
    const text = verdicts.body.items[0]!.verdict.violations.find(({ rule }) => rule === 'no-secrets')!
      .waiver.replace(/id: .*/, `id: ${name}`)
      .replace(/owner: .*/, 'owner: shop')
      .replace(/reason: .*/, 'reason: tested')
      .replace(/expires: .*/, 'expires: 2099-01-01');
    return id(developer('POST', '/v1/waivers', { text, reason: 'tested', image: digest }));
  };
  const inOrder: Partial<Record<RouteName, () => Promise<unknown>>> = {
    requestScan: async () => (known.scan = await id(server.admin('POST', '/v1/scans', { reference: 'a.example/b:1' }))),
    cancelScan: () => id(server.admin('DELETE', `/v1/scans/${known.scan}`)),
    putRecord: () => server.admin('POST', '/v1/records', { record: cartRecord(), reference: 'a.example/cart:1' }),
    addSource: async () => {
      const registry = { kind: 'registry', name: 'r', address: '127.0.0.1:5/shop/*', enabled: false };
      known.registry = await id(server.admin('POST', '/v1/sources', registry));
      known.source = await id(server.admin('POST', '/v1/sources', { ...registry, name: 's' }));
    },
    changeSource: () => id(server.admin('PATCH', `/v1/sources/${known.source}`, { environment: 'test' })),
    removeSource: () => server.admin('DELETE', `/v1/sources/${known.source}`),
    noteNotifications: async () => {
      const target = { repository: 'shop/cart', tag: '1', digest, mediaType: 'application/vnd.oci.image.manifest.v1' };
      const body = JSON.stringify({ events: [{ id: 'e', action: 'push', target, actor: { name: 'ci' } }] });
      const type = 'application/vnd.docker.distribution.events.v2+json';
      expect(await send(`/v1/sources/${known.registry}/notifications`, type, body)).toBe(200);
    },
    exportLedger: () => server.admin('GET', '/v1/ledger/export?format=jsonl&after=0'),
    importAdvisories: async () =>
      expect(await send('/v1/advisories/import', 'application/x-ndjson', ndjson(advisory('CVE-2026-1', 'left')))).toBe(
        200,
      ),
    putPolicy: async () => {
      const { body, headers } = await server.admin<{ text: string }>('GET', '/v1/policies/development');
      const change = { text: `${body.text}\n# looked at\n`, why: 'a test' };
      expect(
        (await server.admin('PUT', '/v1/policies/development', change, { 'if-match': headers.get('etag')! })).status,
      ).toBe(200);
    },
    checkTrust: () => server.admin('POST', '/v1/trust/check', { text: 'apiVersion: plimsoll.dev/v1' }),
    checkPolicy: () => server.admin('POST', '/v1/policies/check', { text: 'apiVersion: plimsoll.dev/v1' }),
    simulatePolicy: async () => {
      const { text } = (await server.admin<{ text: string }>('GET', '/v1/policies/development')).body;
      expect((await server.admin('POST', '/v1/policies/simulate', { text })).status).toBe(200);
    },
    sendVex: async () =>
      (known.vex = await id(server.admin('POST', '/v1/vex', { name: 'cart.vex.json', text: vex, why: 'a test' }))),
    removeVex: () => server.admin('DELETE', `/v1/vex/${known.vex}?why=over`),
    putTrust: async () =>
      expect((await server.admin('PUT', '/v1/trust', { text: trustRoot, why: 'a test' })).status).toBe(200),
    putNotify: async () => {
      const hook = { kind: 'webhook', url: 'https://127.0.0.1:9/turned' };
      expect((await server.admin('PUT', '/v1/notify/hook', hook)).status).toBe(200);
    },
    testNotify: () => server.admin('POST', '/v1/notify/test', { channel: 'hook' }),
    removeNotify: () => server.admin('DELETE', '/v1/notify/hook'),
    requestWaiver: async () => {
      for (const name of ['w-1', 'w-2', 'w-3']) known.waivers.push(await askWaiver(name));
    },
    approveWaiver: () => id(server.admin('POST', `/v1/waivers/${known.waivers[0]!}/approve`, { why: 'yes' })),
    refuseWaiver: () => id(server.admin('POST', `/v1/waivers/${known.waivers[1]!}/refuse`, { why: 'no' })),
    withdrawWaiver: async () => {
      await id(server.admin('POST', `/v1/waivers/${known.waivers[2]!}/approve`, { why: 'yes' }));
      await id(server.admin('POST', `/v1/waivers/${known.waivers[2]!}/withdraw`, { why: 'over' }));
    },
    finishOidc: async () => {
      provider.account = { id: 'ada', claims: { name: 'Ada' } };
      await browse(`${url}/v1/session/oidc/start`);
    },
    finishSetup: async () => {
      const secret = newSecret();
      await setSetupLink(server.store, digestOf(secret));
      expect((await caller(url)('POST', '/v1/session/setup', { secret })).status).toBe(200);
    },
    makeToken: async () =>
      (known.token = await id(server.admin('POST', '/v1/tokens', { name: 'ci', scopes: ['read'] }))),
    revokeToken: () => server.admin('DELETE', `/v1/tokens/${known.token}`),
    changePerson: async () => {
      const { items } = (await server.admin<{ items: { id: string; name: string }[] }>('GET', '/v1/people')).body;
      known.person = items.find(({ name }) => name === 'ada')!.id;
      await id(server.admin('PATCH', `/v1/people/${known.person}`, { roles: ['auditor'] }));
    },
    // The last: it ends the session by which the others are asked.
    logOut: () => server.admin('POST', '/v1/session/logout'),
  };
  const size = async (): Promise<number> =>
    (await findEntries(server.store, { limit: 1 })).items[0]?.entry.sequence ?? 0;

  test('does what every changing route is for, and the ledger has who did it, what to, and from where', async () => {
    expect(Object.keys(inOrder).sort()).toEqual(changing.map(([name]) => name).sort());
    const seen: Record<string, readonly string[]> = {};
    for (const [name, call] of Object.entries(inOrder)) {
      const before = await size();
      await call();
      const { items } = await findEntries(server.store, { limit: 100 });
      const own = items.map(({ entry }) => entry).filter(({ sequence }) => sequence > before);
      const { ledger } = routes[name as RouteName] as Route;
      const promised = Array.isArray(ledger) ? (ledger as readonly string[]) : [];
      seen[name] = promised.filter((action) => own.some((entry) => entry.action === action));
      expect([name, seen[name]]).toEqual([name, promised]);
      // Meanwhile the server goes on with what it does by itself.
      if (promised.length === 0) expect([name, own.filter(({ actor }) => actor.kind === 'human')]).toEqual([name, []]);
      for (const { action, actor, subject, from } of own.filter((entry) => promised.includes(entry.action))) {
        expect([actor.name, actor.known, subject.name], action).not.toContain('');
        const where = { 'judging.begin': undefined, 'registry.push': 'r' };
        expect([action, from]).toEqual([action, action in where ? where[action as 'judging.begin'] : '127.0.0.1']);
      }
    }
  });

  test('keeps what was refused: log-ins, tokens and what somebody may not do; of one caller once a minute', async () => {
    const before = await size();
    const stranger = caller(url, { authorization: 'Bearer plim_guessed' });
    for (let i = 0; i < 3; i++) expect((await stranger('GET', '/v1/images')).status).toBe(401);
    expect((await caller(url)('POST', '/v1/session/setup', { secret: 'guessed' })).status).toBe(401);
    expect((await caller(url)('GET', '/v1/images')).status).toBe(401);
    expect((await reader('POST', '/v1/scans', { reference: 'a.example/b:2' })).status).toBe(403);
    const { items } = await findEntries(server.store, { limit: 10 });
    const told = items.map(({ entry }) => entry).filter(({ sequence }) => sequence > before);
    expect(
      told.map(({ action, actor, subject, from, details }) => ({ action, actor, subject, from, details })),
    ).toEqual([
      {
        action: 'access.refuse',
        actor: { kind: 'automation', name: 'test read', known: 'token:admin' },
        subject: { kind: 'route', name: 'POST /v1/scans' },
        from: '127.0.0.1',
        details: { code: 'forbidden' },
      },
      {
        action: 'session.refuse',
        actor: { kind: 'automation', name: 'unknown', known: 'nothing: refused' },
        subject: { kind: 'route', name: 'GET /v1/images' },
        from: '127.0.0.1',
        details: { code: 'not-logged-in' },
      },
    ]);
  });
});
