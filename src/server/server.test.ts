import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cartRecord } from '../../test/make/cart-image.ts';
import { postgresServers } from '../../test/make/postgres.ts';
import { caller, startTestServer, type TestServer } from '../../test/make/test-server.ts';
import type { ImageRecord } from '../model/index.ts';
import { LedgerVerifier } from '../ledger/index.ts';
import { liveEventsAfter } from '../server-store/index.ts';

const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

function recordOf(n: number, digest = digestOf(n)): ImageRecord {
  const record = cartRecord();
  return { ...record, image: { ...record.image, digest: digest as never } };
}

describe.each(postgresServers)('the server on $name', ({ missing, freshDatabase }) => {
  let server: TestServer;
  beforeAll(async () => {
    if (missing === undefined) server = await startTestServer(await freshDatabase());
  });
  afterAll(() => server?.close());

  test.skipIf(missing)('answers every mistake with a problem: RFC 9457, a code, a place', async () => {
    const { admin } = server;
    const wrong = await admin('POST', '/v1/scans', { reference: '' });
    expect([wrong.status, wrong.body]).toEqual([
      422,
      {
        type: 'urn:plimsoll:problem:request-invalid',
        title: 'Not of the asked form',
        status: 422,
        detail: expect.stringContaining('body.reference') as string,
        code: 'request-invalid',
        hint: '/openapi.json says what is asked for',
        errors: [{ where: 'body.reference', what: expect.any(String) as string }],
        requestId: expect.any(String) as string,
      },
    ]);
    const codes: [string, string, unknown?, Record<string, string>?][] = [
      ['GET', '/v1/nothing'],
      ['GET', `/v1/images/${digestOf(99)}`],
      ['GET', '/v1/images?limit=0'],
      ['GET', '/v1/images?cursor=x'],
      ['GET', '/v1/scans/x'],
      ['POST', '/v1/scans', { reference: 'archive:/etc/passwd' }],
      ['POST', '/v1/scans', { reference: '../etc/passwd' }],
      ['POST', '/v1/records', { record: { schemaVersion: '1.0', image: { digest: digestOf(1) } }, reference: 'a' }],
      ['POST', '/v1/scans', 'text', { 'content-type': 'text/csv' }],
    ];
    const seen = [];
    for (const [method, path, body, headers] of codes) {
      const { status, body: problem, headers: own } = await admin(method, path, body, headers);
      expect(own.get('content-type')).toMatch(/^application\/problem\+json/);
      seen.push([status, problem.code]);
    }
    expect(seen).toEqual([
      [404, 'not-found'],
      [404, 'not-found'],
      [422, 'request-invalid'],
      [400, 'bad-cursor'],
      [404, 'not-found'],
      [422, 'reference-refused'],
      [422, 'reference-refused'],
      [422, 'record-invalid'],
      [415, 'media-type'],
    ]);
  });

  test.skipIf(missing)(
    'keeps a record with verdicts, findings, tags and ledger entries; once for one key',
    async () => {
      const { admin } = server;
      const record = cartRecord();
      const key = { 'idempotency-key': 'first' };
      const upload = { record, reference: 'registry.example.com/shop/cart:1.8.2', team: 'shop' };
      const [first, again] = [
        await admin('POST', '/v1/records', upload, key),
        await admin('POST', '/v1/records', upload, key),
      ];
      expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
      expect(again.body).toEqual(first.body);
      const other = await admin('POST', '/v1/records', { ...upload, team: 'else' }, key);
      expect([other.status, other.body.code]).toEqual([422, 'key-reused']);

      const digest = record.image.digest;
      const shown = await admin<Record<string, unknown>>('GET', `/v1/images/${digest}`);
      expect(shown.body).toMatchObject({
        digest,
        name: 'registry.example.com/shop/cart:1.8.2',
        team: 'shop',
        verdict: 'fail',
        layers: 5,
        tags: [{ repository: 'registry.example.com/shop/cart', tag: '1.8.2' }],
      });
      const entries = await admin<{ items: { action: string; actor: object }[] }>(
        'GET',
        `/v1/ledger?subject=${digest}`,
      );
      expect(entries.body.items.map(({ action }) => action)).toEqual(['verdict.give', 'record.keep']);
      expect(entries.body.items[0]!.actor).toEqual({ kind: 'human', name: 'admin', known: 'setup' });

      const made = `/v1/images/${digest}/record`;
      const etag = (await admin('GET', made)).headers.get('etag')!;
      expect((await admin('GET', made, undefined, { 'if-none-match': etag })).status).toBe(304);
      expect((await admin('GET', made, undefined, { 'if-none-match': '"another"' })).status).toBe(200);
      for (const part of [
        'record',
        'verdicts',
        'findings',
        'packages',
        'secrets',
        'executables',
        'history',
        'containers',
        'provenance',
      ])
        expect([part, (await admin('GET', `/v1/images/${digest}/${part}`)).status]).toEqual([part, 200]);
      for (const path of [
        '/v1/fleet',
        '/v1/impact?q=openssl',
        '/v1/search?q=cart',
        `/v1/compare/${digest}/${digest}`,
        '/v1/bases',
      ])
        expect([path, (await admin('GET', path)).status]).toEqual([path, 200]);
    },
  );

  test.skipIf(missing)('pages through images by any order: each once, whatever comes meanwhile', async () => {
    const { admin } = server;
    for (let n = 1; n <= 7; n++) await admin('POST', '/v1/records', { record: recordOf(n), reference: `paged:${n}` });
    for (const sort of ['name', '-name', 'kept', '-kept', 'size', '-verdict']) {
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = await admin<{ items: { digest: string }[]; next?: string }>(
          'GET',
          `/v1/images?q=paged&limit=2&sort=${sort}${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        seen.push(...page.body.items.map(({ digest }) => digest));
        cursor = page.body.next ?? '';
      } while (cursor !== '');
      expect([sort, [...seen].sort()]).toEqual([sort, [1, 2, 3, 4, 5, 6, 7].map(digestOf)]);
    }
  });

  test.skipIf(missing)(
    'shows a team its own images and nothing of the others, in no list and by no address',
    async () => {
      const { admin } = server;
      await admin('POST', '/v1/records', { record: recordOf(101), reference: 'ours:1', team: 'ours' });
      await admin('POST', '/v1/records', { record: recordOf(102), reference: 'theirs:1', team: 'theirs' });
      const ours = await server.withToken(['read', 'record.write', 'scan', 'waiver.request'], ['ours']);
      const list = await ours<{ items: { digest: string }[] }>('GET', '/v1/images');
      expect(list.body.items.map(({ digest }) => digest)).toEqual([digestOf(101)]);
      for (const part of [
        '',
        '/record',
        '/verdicts',
        '/findings',
        '/packages',
        '/history',
        '/provenance',
        '/containers',
      ])
        expect([part, (await ours('GET', `/v1/images/${digestOf(102)}${part}`)).status]).toEqual([part, 404]);
      expect((await ours('GET', `/v1/compare/${digestOf(101)}/${digestOf(102)}`)).status).toBe(404);
      const impact = await ours<{ images: { digest: string }[] }>('GET', '/v1/impact?q=libssl3');
      expect(impact.body.images.every(({ digest }) => digest === digestOf(101))).toBe(true);
      const search = await ours<{ groups: unknown[] }>('GET', '/v1/search?q=theirs');
      expect(search.body.groups).toEqual([]);
      const foreign = await ours('POST', '/v1/records', { record: recordOf(103), reference: 'x:1', team: 'theirs' });
      expect([foreign.status, foreign.body.code]).toEqual([403, 'forbidden']);
    },
  );

  test.skipIf(missing)('takes a policy only from who has read the last version', async () => {
    const { admin } = server;
    const read = await admin<{ text: string; version: number }>('GET', '/v1/policies/development');
    const change = { text: `${read.body.text}\n`, why: 'a line more' };
    const blind = await admin('PUT', '/v1/policies/development', change);
    expect([blind.status, blind.body.code]).toEqual([428, 'precondition-required']);
    const etag = { 'if-match': read.headers.get('etag')! };
    expect((await admin('PUT', '/v1/policies/development', change, etag)).status).toBe(200);
    const late = await admin('PUT', '/v1/policies/development', change, etag);
    expect([late.status, late.body.code]).toEqual([412, 'document-changed']);
    const check = await admin('POST', '/v1/policies/check', {
      text: 'apiVersion: plimsoll.dev/v1\nkind: Policy\nrules:\n  nonsense: fail\n',
    });
    expect(check.body).toMatchObject({
      errors: [
        { line: 1, column: 1, message: 'missing field "metadata"' },
        { line: 4, column: 3, message: 'unknown rule "nonsense"' },
      ],
    });
  });

  test.skipIf(missing)('simulates another policy over what is kept, and writes nothing down', async () => {
    // What the server does by itself meanwhile, such as judging, is no entry of who simulates.
    const lastByPeople = '/v1/ledger?limit=1&actorKind=human';
    const before = (await server.admin<{ items: { sequence: number }[] }>('GET', lastByPeople)).body.items[0]!.sequence;
    const text = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: nothing }\nrules: {}\n';
    const { status, body } = await server.admin<{
      released: number;
      stopped: number;
      list: { name: string; from: string; to: string }[];
    }>('POST', '/v1/policies/simulate', { text });
    // What could not be read keeps an image from passing, whatever is asked: it is not released.
    expect([status, body.stopped, body.released]).toEqual([200, 0, 0]);
    expect(body.list.find(({ name }) => name.startsWith('registry.example.com/'))).toMatchObject({
      from: 'fail',
      to: 'cannot-tell',
    });
    const after = (await server.admin<{ items: { sequence: number }[] }>('GET', lastByPeople)).body.items[0]!.sequence;
    expect(after).toBe(before);
  });

  test.skipIf(missing)('never gives a secret back, and asks no address of its own networks', async () => {
    const { admin } = server;
    const own = {
      kind: 'docker',
      name: 'engine',
      address: 'unix:///var/run/docker.sock',
      secrets: { ca: 'very-secret' },
    };
    const added = await admin<{ id: string; secrets: string[] }>('POST', '/v1/sources', own);
    expect([added.status, added.body.secrets]).toEqual([201, ['ca']]);
    expect(JSON.stringify(await admin('GET', '/v1/sources'))).not.toContain('very-secret');
    const { rows } = await server.store.pool.use((client) => client.query('SELECT sealed::text AS text FROM source'));
    expect(JSON.stringify(rows)).not.toContain('very-secret');
    const refused = [];
    for (const address of [
      'http://127.0.0.1:2375',
      'tcp://169.254.169.254',
      '[::1]:5000',
      'http://10.0.0.1',
      'unix:///etc/passwd',
      'file:///etc/passwd',
      'https://localhost',
    ])
      refused.push((await admin('POST', '/v1/sources', { kind: 'docker', name: address, address })).body.code);
    expect(refused).toEqual([
      'address-refused',
      'address-refused',
      'bad-docker-host',
      'address-refused',
      'address-refused',
      'bad-docker-host',
      'address-refused',
    ]);
    const moved = await admin('PATCH', `/v1/sources/${added.body.id}`, { address: 'https://203.0.113.7:2376' });
    expect([moved.status, moved.body.code]).toEqual([422, 'request-invalid']);
    expect((await admin('DELETE', `/v1/sources/${added.body.id}`)).status).toBe(204);
  });

  test.skipIf(missing)('has waivers approved by somebody else than who asked, and judges again', async () => {
    const { admin } = server;
    const record = recordOf(201);
    await admin('POST', '/v1/records', { record, reference: 'waived:1' });
    const verdicts = await admin<{ items: { verdict: { violations: { waiver: string; rule: string }[] } }[] }>(
      'GET',
      `/v1/images/${digestOf(201)}/verdicts`,
    );
    const text = verdicts.body.items[0]!.verdict.violations.find(({ rule }) => rule === 'no-secrets')!
      .waiver.replace(/owner: .*/, 'owner: shop')
      .replace(/reason: .*/, 'reason: not reachable')
      .replace(/expires: .*/, 'expires: 2099-01-01');
    const secret = await server.tokenOfAnother(['read', 'waiver.request', 'waiver.decide']);
    const developer = caller(server.url, { authorization: `Bearer ${secret}` });
    const asked = await developer<{ id: string; state: string }>('POST', '/v1/waivers', {
      text,
      reason: 'not reachable',
      image: digestOf(201),
    });
    expect([asked.status, asked.body.state]).toEqual([201, 'requested']);
    const seen = async (by: typeof admin): Promise<boolean> =>
      (await by<{ items: { isYours: boolean }[] }>('GET', `/v1/waivers?image=${digestOf(201)}`)).body.items[0]!.isYours;
    const another = caller(server.url, { authorization: `Bearer ${await server.tokenOfAnother(['read'])}` });
    expect([await seen(developer), await seen(another), await seen(admin)]).toEqual([true, true, false]);
    // Nor by another token of the same person.
    const alike = caller(server.url, { authorization: `Bearer ${await server.tokenOfAnother(['waiver.decide'])}` });
    for (const same of [developer, alike])
      expect(await same('POST', `/v1/waivers/${asked.body.id}/approve`, { why: 'me' })).toMatchObject({
        status: 403,
        body: { code: 'forbidden', detail: 'nobody approves their own request' },
      });
    const approved = await admin<{ state: string; covers: number }>('POST', `/v1/waivers/${asked.body.id}/approve`, {
      why: 'fine until 2099',
    });
    expect([approved.status, approved.body.state]).toEqual([200, 'approved']);
    expect(approved.body.covers).toBeGreaterThan(0);
    const { body: told } = await admin<{ items: { action: string; details: object }[] }>(
      'GET',
      `/v1/ledger?subject=${asked.body.id}`,
    );
    const textDigest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    const about = { textDigest, image: digestOf(201) };
    expect(told.items.map(({ action, details }) => [action, details])).toEqual([
      ['waiver.approve', { ...about, requestedBy: 'of eve read waiver.request waiver.decide' }],
      ['waiver.request', { ...about, owner: 'shop', expires: '2099-01-01' }],
    ]);
    const twice = await admin('POST', `/v1/waivers/${asked.body.id}/approve`, { why: 'again' });
    expect([twice.status, twice.body.code]).toEqual([409, 'waiver-decided']);
  });

  test.skipIf(missing)('tells live what happens, and from where a reader left off', async () => {
    const reader = await server.withToken(['read']);
    const me = (await reader<{ expiresAt: string }>('GET', '/v1/me')).body;
    expect(me.expiresAt).toBeDefined();
    const made = await server.admin<{ secret: string }>('POST', '/v1/tokens', { name: 'sse', scopes: ['read'] });
    interface Told {
      readonly id: string;
      readonly kind: string;
      readonly name: string;
    }
    /** What is told until a record that is sent meanwhile is. */
    const read = async (number: number, last?: string): Promise<readonly Told[]> => {
      const name = `live:${number}`;
      const stop = new AbortController();
      const answer = await fetch(`${server.url}/v1/events`, {
        signal: stop.signal,
        headers: {
          authorization: `Bearer ${made.body.secret}`,
          ...(last === undefined ? {} : { 'last-event-id': last }),
        },
      });
      const events: Told[] = [];
      let text = '';
      const kept = server.admin('POST', '/v1/records', { record: recordOf(300 + number), reference: name });
      for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
        text += part;
        for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
          const match = /^(?:id: (\S+)\n)?event: (\S+)\ndata: (.*)/.exec(text.slice(0, at));
          if (match !== null)
            events.push({
              id: match[1] ?? '',
              kind: match[2]!,
              name: (JSON.parse(match[3]!) as { name: string }).name,
            });
          text = text.slice(at + 2);
        }
        if (events.some((event) => event.name === name)) break;
      }
      stop.abort();
      await kept;
      return events;
    };
    // What earlier tests did may still be on its way.
    const first = (await read(1)).find(({ name }) => name === 'live:1')!;
    expect(first.kind).toBe('image');
    await server.admin('POST', '/v1/records', { record: recordOf(350), reference: 'live:missed' });
    const later = await read(2, first.id);
    expect(later.map(({ kind, name }) => [kind, name])).toEqual([
      ['image', 'live:missed'],
      ['image', 'live:2'],
    ]);
    // More than is told one by one.
    await server.store.pool.use((client) =>
      client.query(`INSERT INTO live_event (body) SELECT '{"kind": "policy"}' FROM generate_series(1, 5000)`),
    );
    // They are there for readers once no older transaction is open.
    while ((await liveEventsAfter(server.store, first.id, 5001)).events.length < 5001) await sleep(20);
    const anew = await read(3, first.id);
    expect(anew.filter(({ kind }) => kind !== 'policy').map(({ kind, name }) => [kind, name])).toEqual([
      ['reset', undefined],
      ['image', 'live:3'],
    ]);
  });

  test.skipIf(missing)('proves its ledger, and exports what anyone can verify offline', async () => {
    const proof = await server.admin<{ result: string; faults: unknown[]; entries: number }>(
      'GET',
      '/v1/ledger/verify',
    );
    expect(proof.body).toMatchObject({ result: 'intact', faults: [] });
    const exported = await server.admin<string>('GET', '/v1/ledger/export');
    const verifier = new LedgerVerifier({ knownHeads: [], onKeys: () => undefined, isSigned: () => 'stranger' });
    for (const line of String(exported.body).trimEnd().split('\n')) verifier.line(Buffer.from(line));
    verifier.endOfFile();
    expect(verifier.result().fault).toBeUndefined();
    expect(verifier.result().last).toBeGreaterThanOrEqual(proof.body.entries);
  });

  test.skipIf(missing)('says what it offers and how it is: OpenAPI, health, readiness, metrics', async () => {
    const nobody = caller(server.url);
    const document = (await nobody<{ openapi: string; paths: object }>('GET', '/openapi.json')).body;
    expect([document.openapi, Object.keys(document.paths).length > 40]).toEqual(['3.1.0', true]);
    expect((await nobody('GET', '/readyz')).body).toEqual({ ready: true });
    expect(String((await nobody<string>('GET', '/metrics')).body)).toContain(
      'plimsoll_http_request_seconds_count{route="/v1/images"',
    );
  });
});
