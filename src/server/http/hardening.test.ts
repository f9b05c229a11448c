import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cartRecord } from '../../../test/make/cart-image.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { caller, startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import { zipArchive } from '../../../test/make/zip-archive.ts';
import type { Job, MadeToken } from '../contract/index.ts';
import { Authenticator } from '../identity/authenticate.ts';
import { digestOf, newSecret } from '../identity/digests.ts';

/** What a socket hears after it has sent a head and no body. */
function sendHead(url: string, head: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${head.join('\r\n')}\r\n\r\n`));
    socket.setEncoding('utf8').once('data', (text: string) => (socket.destroy(), resolve(text)));
    socket.on('error', reject);
  });
}

describe('a server that is not trusted with', () => {
  let server: TestServer;
  let databaseUrl: string;
  beforeAll(async () => {
    databaseUrl = await postgresServers[0]!.freshDatabase();
    server = await startTestServer(databaseUrl);
  });
  afterAll(() => server?.close());

  test('bodies of strangers reads none: they are refused by their head', async () => {
    const heard = await sendHead(server.url, [
      'POST /v1/records HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      'Content-Length: 60000000',
    ]);
    expect(heard).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('large bodies takes none that are larger than the route says, told or found', async () => {
    const { body } = await server.admin<MadeToken>('POST', '/v1/tokens', { name: 't', scopes: ['scan', 'read'] });
    const head = ['POST /v1/scans HTTP/1.1', 'Host: x', `Authorization: Bearer ${body.secret}`];
    const told = [...head, 'Content-Type: application/json', 'Content-Length: 2000000'];
    expect(await sendHead(server.url, told)).toMatch(/^HTTP\/1\.1 413 [^]*"code":"body-too-large"/);
    const found = await server.admin('POST', '/v1/scans', { reference: 'a'.repeat(1 << 20) });
    expect([found.status, found.body.code]).toEqual([413, 'body-too-large']);
    const deep = await server.admin('POST', '/v1/scans', { reference: 'a:1', more: 'unknown members are left out' });
    expect(deep.status).toBe(202);
  });

  test('one key gives one answer, to those who come at once, too', async () => {
    const asked = { reference: 'registry.example.com/once:1' };
    const key = { 'idempotency-key': 'at-once' };
    const all = await Promise.all(
      Array.from({ length: 8 }, () => server.admin<Job & { code?: string }>('POST', '/v1/scans', asked, key)),
    );
    const done = all.filter(({ status }) => status === 202);
    expect(new Set(done.map(({ body }) => body.id)).size).toBe(1);
    expect(all.filter(({ status }) => status !== 202).every(({ body }) => body.code === 'key-in-use')).toBe(true);
    const jobs = await server.admin<{ items: Job[] }>('GET', '/v1/scans');
    expect(jobs.body.items.filter(({ reference }) => reference === asked.reference).length).toBe(1);
    // The key is whose it is: somebody else's means something else.
    const other = await server.withToken(['scan', 'read']);
    const theirs = await other<Job>('POST', '/v1/scans', asked, key);
    expect([theirs.status, done.some(({ body }) => body.id === theirs.body.id)]).toEqual([202, false]);
  });

  test('callers that ask too often are told to wait, each for themselves', async () => {
    const slow = await startTestServer(databaseUrl, { requestsPerSecond: 5 });
    try {
      // The first-run link was used at the other server: its tokens hold here.
      const made = async (name: string) =>
        (await server.admin<MadeToken>('POST', '/v1/tokens', { name, scopes: ['read'] })).body.secret;
      const [busy, quiet] = [await made('busy'), await made('quiet')];
      const ask = (secret: string) => caller(slow.url, { authorization: `Bearer ${secret}` })('GET', '/v1/policies');
      const answers = await Promise.all(Array.from({ length: 40 }, () => ask(busy)));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(20);
      expect([refused[0]!.body.code, refused[0]!.headers.get('retry-after')]).toEqual(['too-many-requests', '1']);
      expect((await ask(quiet)).status).toBe(200);
      const guesses = await Promise.all(Array.from({ length: 40 }, () => ask(newSecret('plim_'))));
      expect(guesses.filter(({ status }) => status === 429).length).toBeGreaterThan(5);
    } finally {
      await slow.close();
    }
  });

  test('advisories takes them in whatever they are said to be: as JSON over lines, in an archive', async () => {
    const advisory = (id: string) =>
      JSON.stringify(
        {
          id,
          modified: '2026-11-01T00:00:00Z',
          affected: [
            {
              package: { ecosystem: 'npm', name: 'left-pad' },
              ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '9.0.0' }] }],
            },
          ],
        },
        undefined,
        2,
      );
    const { secret } = (
      await server.admin<MadeToken>('POST', '/v1/tokens', { name: 'import', scopes: ['advisories.write'] })
    ).body;
    const archive = zipArchive([{ name: 'OSV-3.json', data: advisory('OSV-3') }]);
    const sent: [string | undefined, string | Uint8Array<ArrayBuffer>][] = [
      ['application/json', advisory('OSV-1')],
      ['application/x-ndjson', advisory('OSV-2')],
      ['application/octet-stream', new Uint8Array(archive)],
      ['application/zip', advisory('OSV-4')],
      [undefined, new Uint8Array(zipArchive([{ name: 'OSV-5.json', data: advisory('OSV-5') }]))],
    ];
    for (const [type, body] of sent) {
      const answer = await fetch(`${server.url}/v1/advisories/import`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${secret}`, ...(type === undefined ? {} : { 'content-type': type }) },
      });
      expect([type, answer.status, ((await answer.json()) as { changed: number }).changed]).toEqual([type, 200, 1]);
    }
    const dated = async (builtAt: string): Promise<unknown> => {
      const answer = await fetch(`${server.url}/v1/advisories/import?builtAt=${encodeURIComponent(builtAt)}`, {
        method: 'POST',
        body: advisory('OSV-6'),
        headers: { authorization: `Bearer ${secret}` },
      });
      const said = (await answer.json()) as { builtAt?: string; datedBy?: string; code?: string };
      return said.code ?? [said.builtAt, said.datedBy];
    };
    expect([
      await dated('2026-11-20'),
      await dated('2026-11-21T06:00:00+02:00'),
      await dated('yesterday'),
      await dated('2026-13-45'),
    ]).toEqual([
      ['2026-11-20T00:00:00Z', 'given'],
      ['2026-11-21T04:00:00Z', 'given'],
      'request-invalid',
      'request-invalid',
    ]);
    const nothing = await fetch(`${server.url}/v1/advisories/import`, {
      method: 'POST',
      body: 'no advisory',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'text/plain' },
    });
    expect(((await nothing.json()) as { code: string }).code).toBe('import-empty');
  });

  test('one name for two digests shows one: a policy has the digest that verdicts by it carry', async () => {
    const { admin } = server;
    const record = cartRecord();
    await admin('POST', '/v1/records', { record, reference: 'digests:1' });
    const image = await admin<{ verdicts: { policy: { name: string; digest: string } }[] }>(
      'GET',
      `/v1/images/${record.image.digest}`,
    );
    const { policy } = image.body.verdicts[0]!;
    const page = await admin<{ digest: string; active: boolean }>('GET', `/v1/policies/${policy.name}`);
    expect([page.body.active, page.body.digest]).toEqual([true, policy.digest]);
    const list = await admin<{ items: { name: string; digest: string }[] }>('GET', '/v1/policies');
    expect(list.body.items.find(({ name }) => name === policy.name)!.digest).toBe(policy.digest);
  });
});

describe('a token that was revoked', () => {
  test('is refused at once where that was done, and two seconds later everywhere', async () => {
    const databaseUrl = await postgresServers[0]!.freshDatabase();
    const [here, there] = [await startTestServer(databaseUrl), await startTestServer(databaseUrl)];
    try {
      const { body } = await here.admin<MadeToken>('POST', '/v1/tokens', { name: 'ci', scopes: ['read'] });
      let nowMs = 1_000_000;
      const elsewhere = new Authenticator(
        there.store,
        () => false,
        () => nowMs,
      );
      const headers = { authorization: `Bearer ${body.secret}` };
      const known = async (): Promise<string | undefined> =>
        (await elsewhere.identify({ headers } as never).catch(() => undefined))?.actor.name;
      expect(await known()).toBe('ci');
      const [alive, revoked] = await Promise.all([
        // One that is being looked up while it is revoked is not remembered as good.
        caller(here.url, headers)('GET', '/v1/me'),
        here.admin('DELETE', `/v1/tokens/${body.id}`),
      ]);
      expect([[200, 401].includes(alive.status), revoked.status]).toEqual([true, 204]);
      expect((await caller(here.url, headers)('GET', '/v1/me')).status).toBe(401);
      nowMs += 2001;
      expect(await known()).toBeUndefined();
      expect(digestOf(body.secret).length).toBe(32);
    } finally {
      await there.close();
      await here.close();
    }
  });
});
