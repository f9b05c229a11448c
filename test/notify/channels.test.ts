import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDatabase, type MadeDatabase } from '../../src/advisories/made-database.ts';
import type { MadeToken, NotifyChannel } from '../../src/server/contract/index.ts';
import { Place } from '../cli/plimsoll.ts';
import { postgresServers } from '../make/postgres.ts';
import { startTestServer, type TestServer } from '../make/test-server.ts';
import { advisory, digest, imageOf, ndjson, runSomewhere } from '../rejudge/fleet-store.ts';
import { mailReceiver, webhookReceiver } from './receivers.ts';

describe('channels that are set at a server', () => {
  const place = new Place();
  let server: TestServer;
  let database: MadeDatabase;
  let hook: Awaited<ReturnType<typeof webhookReceiver>>;
  let token = '';
  const run = (args: string[], env: Record<string, string> = {}) =>
    place.plimsoll([...args, '--server', server.url], { env: { PLIMSOLL_TOKEN: token, ...env } });
  const list = async (): Promise<readonly NotifyChannel[]> =>
    (await server.admin<{ items: NotifyChannel[] }>('GET', '/v1/notify')).body.items;
  const put = async (name: string, body: object, who = server.admin) => {
    const { status, body: said } = await who('PUT', `/v1/notify/${name}`, body);
    return [status, said.code];
  };

  beforeAll(async () => {
    hook = await webhookReceiver();
    database = await makeDatabase({ 'a.ndjson': ndjson(advisory('CVE-2026-9', 'elsewhere')) });
    server = await startTestServer(await postgresServers[0]!.freshDatabase(), {
      database: database.path,
      allowAddresses: ['127.0.0.1'],
    });
    const scopes = ['read', 'notify.write'];
    token = (await server.admin<MadeToken>('POST', '/v1/tokens', { name: 'ci', scopes })).body.secret;
  });
  afterAll(async () => {
    await server?.close();
    await hook?.close();
    database?.remove();
    place.remove();
  });

  test('are shown without what is secret of them, and kept encrypted', async () => {
    const secrets = { HOOK: `${hook.url}?key=deep`, SECRET: 'sesame-open' };
    const set = ['notify', 'set', 'ops', 'webhook', '--secret', 'url=env://HOOK', '--secret', 'secret=env://SECRET'];
    const { host } = new URL(hook.url);
    const done = await run(set, secrets);
    expect([done.status, done.stdout, done.stderr]).toEqual([
      0,
      `ops  webhook http://${host}, turns to fail of images that run\n`,
      '',
    ]);
    const shown = await list();
    expect(shown).toMatchObject([
      { name: 'ops', kind: 'webhook', origin: 'server', place: `http://${host}`, hasSecret: true, changedBy: 'ci' },
    ]);
    const rows = await server.store.pool.use((client) => client.query('SELECT * FROM notify_channel, ledger_entry'));
    for (const text of [JSON.stringify(shown), JSON.stringify(rows.rows)])
      for (const secret of ['key=deep', 'sesame-open']) expect(text).not.toContain(secret);
  });

  test('send a test that is signed, and say why where they can’t', async () => {
    const sent = await run(['notify', 'test', 'ops']);
    expect([sent.status, sent.stdout]).toEqual([0, 'ops: sent\n']);
    const { headers, text } = hook.received.at(-1)!;
    expect(JSON.parse(text)).toMatchObject({
      type: 'test',
      channel: 'ops',
      by: expect.stringContaining('ci') as string,
    });
    const signed = `${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${text}`;
    const mac = createHmac('sha256', 'sesame-open').update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${mac}`);
    const mail = await mailReceiver({});
    const email = {
      kind: 'email',
      server: `smtp://127.0.0.1:${mail.port}`,
      from: 'plimsoll@example.com',
      to: ['ada@example.com'],
    };
    expect(await put('mail', email)).toEqual([200, undefined]);
    expect((await server.admin('POST', '/v1/notify/test', { channel: 'mail' })).body).toEqual({ result: 'sent' });
    expect(mail.letters.map(({ to, text: letter }) => [to, letter.includes('Subject: Plimsoll: a test')])).toEqual([
      [['ada@example.com'], true],
    ]);
    await mail.close();
    const failed = await run(['notify', 'test', 'mail']);
    expect([failed.status, failed.stdout]).toEqual([1, expect.stringContaining('mail: again: 127.0.0.1')]);
    expect((await run(['notify', 'remove', 'mail'])).stdout).toBe('mail tells nobody any more\n');
    expect((await run(['notify', 'test', 'mail'])).stderr).toContain('(not-found)');
  });

  test('keep their secrets when only what they tell of changes, and lose them with their address', async () => {
    expect(await put('ops', { kind: 'webhook', results: ['fail', 'cannot-tell'], running: false })).toEqual([
      200,
      undefined,
    ]);
    expect(await list()).toMatchObject([{ results: ['fail', 'cannot-tell'], running: false, hasSecret: true }]);
    expect(await put('ops', { kind: 'webhook', url: hook.url })).toEqual([200, undefined]);
    expect(await list()).toMatchObject([{ results: ['fail'], running: true, hasSecret: false }]);
    expect(await put('ops', { kind: 'slack' })).toEqual([422, 'invalid-notifications']);
    // Who logs in where is part of the address that is not shown: it stays as well.
    const letters = { kind: 'email', from: 'a@example.com', to: ['b@example.com'] };
    expect(await put('letters', letters)).toEqual([422, 'invalid-notifications']);
    const server = 'smtp://harbour@127.0.0.1:25';
    expect(await put('letters', { ...letters, server, password: 'sesame' })).toEqual([200, undefined]);
    expect(await put('letters', { ...letters, from: 'c@example.com' })).toEqual([200, undefined]);
    const kept = (await list()).find(({ name }) => name === 'letters');
    expect(kept).toMatchObject({ place: 'smtp://127.0.0.1:25', from: 'c@example.com', hasSecret: true });
    expect((await run(['notify', 'remove', 'letters'])).status).toBe(0);
  });

  test('reach no address that the server may not ask, nor what stands in its environment', async () => {
    expect([
      await put('inside', { kind: 'webhook', url: 'http://169.254.169.254/latest' }),
      await put('inside', { kind: 'slack', url: 'https://10.0.0.1/x' }),
      await put('inside', { kind: 'slack', url: 'env://PATH' }),
      await put('inside', { kind: 'slack', url: 'file:///etc/passwd' }),
      await put('inside', { kind: 'email', server: 'smtp://[::1]:25', from: 'a@example.com', to: ['b@example.com'] }),
      await put('inside', { kind: 'email', server: 'smtp://mail.example.com', from: 'a@example.com' }),
      await put('INSIDE', { kind: 'slack', url: hook.url }),
    ]).toEqual([
      [403, 'address-refused'],
      [403, 'address-refused'],
      [422, 'invalid-notifications'],
      [422, 'invalid-notifications'],
      [403, 'address-refused'],
      [422, 'invalid-notifications'],
      [422, 'request-invalid'],
    ]);
    expect(await put('inside', { kind: 'slack', url: hook.url }, await server.withToken(['read']))).toEqual([
      403,
      'forbidden',
    ]);
    const ofTeam = await server.withToken(['read', 'notify.write'], ['shop']);
    expect(await put('inside', { kind: 'slack', url: hook.url }, ofTeam)).toEqual([403, 'forbidden']);
    expect((await ofTeam('GET', '/v1/notify')).status).toBe(403);
  });

  test('tell of what turns from then on, after a restart too', { timeout: 120_000 }, async () => {
    const record = imageOf(1, ['left@1.0.0'], {
      image: { digest: digest(1), created: new Date().toISOString() },
      advisories: { databaseDigest: digest(9), builtAt: new Date().toISOString(), covered: ['npm'], uncovered: [] },
    });
    expect((await server.admin('POST', '/v1/records', { record, reference: 'shop/cart:1' })).status).toBe(201);
    await runSomewhere(server.store, digest(1), 'production');
    // As a turn that the judge found.
    await server.store.pool.use((client) =>
      client.query(
        `INSERT INTO turn (at, image, name, scope, result_before, result, why, body) VALUES (now() - interval '2 minutes', $1,
        'shop/cart:1', 'default', 'pass', 'fail', 'test', $2)`,
        [digest(1), { reason: 'r', policy: 'p', running: 1, places: [], violations: [], violationCount: 0, mends: [] }],
      ),
    );
    const before = hook.received.length;
    await server.restart();
    while (hook.received.length === before) await sleep(100);
    const [turn] = (JSON.parse(hook.received.at(-1)!.text) as { turns: Record<string, unknown>[] }).turns;
    expect(turn).toMatchObject({
      name: 'shop/cart:1',
      from: 'pass',
      to: 'fail',
      url: `${server.url}/images/${encodeURIComponent(digest(1))}`,
    });
    const { items } = (
      await server.admin<{ items: { action: string; subject: object }[] }>('GET', '/v1/ledger?limit=300')
    ).body;
    expect(items.map(({ action }) => action).filter((action) => action.startsWith('notify.'))).toEqual([
      'notify.remove',
      'notify.set',
      'notify.set',
      'notify.set',
      'notify.set',
      'notify.remove',
      'notify.test',
      'notify.test',
      'notify.set',
      'notify.test',
      'notify.set',
    ]);
  });
});
