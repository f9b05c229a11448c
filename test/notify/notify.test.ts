import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notify, parseNotifications } from '../../src/flows/notify/index.ts';
import { sendMail } from '../../src/flows/notify/senders/email.ts';
import { postMessage } from '../../src/flows/notify/senders/webhook.ts';
import type { DetailedTurn } from '../../src/flows/rejudge/index.ts';
import { keepTurns, openStore, type Store } from '../../src/server-store/index.ts';
import { makeAuthority, pemOf } from '../make/certificates.ts';
import { postgresServers } from '../make/postgres.ts';
import { mailReceiver, webhookReceiver } from './receivers.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 24, 12, 0, seconds));
const digest = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

interface TurnStub {
  readonly seconds?: number;
  readonly owner?: string;
  readonly running?: number;
  readonly before?: DetailedTurn['before'];
  readonly result?: DetailedTurn['result'];
}

function turn(n: number, stub: TurnStub = {}): DetailedTurn {
  const { seconds = 0, owner = 'Ada <ada@example.com>', running = 2, ...more } = stub;
  return {
    at: at(seconds).toISOString(),
    image: digest(n),
    name: `shop/cart-${n}:1`,
    scope: 'default',
    before: 'pass',
    result: 'fail',
    why: 'advisories of 2026-11-24T06:00Z',
    team: 'shop',
    ...more,
    body: {
      reason: 'CVE-2026-1 (critical) in left <1.0.0>',
      owner,
      policy: 'production',
      running,
      places: running === 0 ? [] : [{ environment: 'production', team: 'shop', containers: running, names: ['cart'] }],
      violations: [
        {
          rule: 'fixable-severity',
          severity: 'critical',
          what: 'CVE-2026-1',
          why: 'fixed in 2',
          owner: 'app',
          mend: 'npm install left@2',
        },
      ],
      violationCount: 3,
      mends: [{ command: 'npm install left@2', closes: 3, owner: 'app' }],
    },
  };
}

describe.each(postgresServers)('telling of turns from $name', ({ missing, freshDatabase }) => {
  let store: Store;
  beforeAll(async () => {
    if (missing === undefined) store = await openStore({ databaseUrl: await freshDatabase() });
  });
  afterAll(() => store?.close());

  const run = async (channels: string, seconds: number, env: Readonly<Record<string, string>> = {}) =>
    notify(store, {
      notifications: await parseNotifications(
        `apiVersion: plimsoll.dev/v1\nkind: Notifications\nallow: [127.0.0.1]\ndashboard: https://p.example.com/\nchannels:\n${channels}`,
        'n.yaml',
        env,
      ),
      env: {},
      now: () => at(seconds),
    });

  test.skipIf(missing)('groups what turned within a window by owner, signs it, and sends it once', async () => {
    const hook = await webhookReceiver();
    const channels = `  - { name: hook, webhook: { url: "${hook.url}", secret: env://KEY } }\n`;
    await keepTurns(store, [turn(1), turn(2, { owner: 'bob' }), turn(3, { running: 0 }), turn(4)]);
    // Back again before anybody was told: no news.
    await keepTurns(store, [turn(4, { seconds: 5, before: 'fail', result: 'pass' })]);
    expect((await run(channels, 30, { KEY: 's3' })).prepared).toBe(0);
    expect(await run(channels, 61, { KEY: 's3' })).toEqual({ prepared: 2, sent: 2, failed: 0, postponed: 0 });
    expect(await run(channels, 200, { KEY: 's3' })).toEqual({ prepared: 0, sent: 0, failed: 0, postponed: 0 });
    const told = hook.received.map(
      ({ text }) => JSON.parse(text) as { owner: string; turns: Record<string, unknown>[] },
    );
    expect(told.map(({ owner, turns }) => [owner, turns.map(({ name }) => name)]).sort()).toEqual([
      ['Ada <ada@example.com>', ['shop/cart-1:1']],
      ['bob', ['shop/cart-2:1']],
    ]);
    const first = told.find(({ owner }) => owner === 'bob')!.turns[0]!;
    expect(first).toMatchObject({
      from: 'pass',
      to: 'fail',
      why: 'advisories of 2026-11-24T06:00Z',
      running: 2,
      mends: [{ command: 'npm install left@2', closes: 3, owner: 'app' }],
      url: `https://p.example.com/images/${encodeURIComponent(digest(2))}`,
    });
    const { headers, text } = hook.received[0]!;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', 's3').update(signed).digest('base64')}`);
    await hook.close();
  });

  test.skipIf(missing)('is quiet where nothing is configured, and does not tell of the past later', async () => {
    await keepTurns(store, [turn(10)]);
    expect((await run('  []\n', 400)).prepared).toBe(0);
    const hook = await webhookReceiver();
    const channels = `  - { name: late, webhook: { url: "${hook.url}" } }\n`;
    expect(await run(channels, 500)).toMatchObject({ prepared: 0, sent: 0 });
    await hook.close();
  });

  test.skipIf(missing)(
    'tries again, ever later, what is not taken, with the same id; gives up what is refused',
    async () => {
      const hook = await webhookReceiver([503, 429, 204]);
      const gone = await webhookReceiver([410]);
      const channels = `  - { name: a, webhook: { url: "${hook.url}" } }\n  - { name: b, slack: { url: "${gone.url}" } }\n`;
      await keepTurns(store, [turn(20, { seconds: 600 })]);
      expect(await run(channels, 700)).toEqual({
        prepared: 2,
        sent: 0,
        failed: 1,
        postponed: 1,
        next: at(730).toISOString(),
      });
      expect(await run(channels, 729)).toMatchObject({ sent: 0, postponed: 0 });
      expect(await run(channels, 730)).toMatchObject({ sent: 0, postponed: 1, next: at(790).toISOString() });
      expect(await run(channels, 790)).toMatchObject({ sent: 1 });
      expect(new Set(hook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(gone.received.length).toBe(1);
      const slack = JSON.parse(gone.received[0]!.text) as { text: string; blocks: { text: { text: string } }[] };
      expect(slack.text).toBe('FAIL shop/cart-20:1: CVE-2026-1 (critical) in left &lt;1.0.0&gt;');
      expect(slack.blocks[0]!.text.text).toContain('in left &lt;1.0.0&gt; and 2 more\n');
      await hook.close();
      await gone.close();
    },
  );

  test.skipIf(missing)(
    'writes letters to those who are named, and to owners in the domains of the organisation',
    async () => {
      const mail = await mailReceiver({});
      const channels = `  - name: mail
    email: { server: "smtp://127.0.0.1:${mail.port}", from: plimsoll@example.com, to: [ops@example.com], ownerDomains: [example.com] }\n`;
      await keepTurns(store, [turn(30, { seconds: 800 }), turn(31, { seconds: 800, owner: 'mallory@elsewhere.test' })]);
      expect(await run(channels, 900)).toMatchObject({ prepared: 2, sent: 2 });
      expect(mail.letters.map(({ to }) => to).sort()).toEqual(
        [['ops@example.com'], ['ops@example.com', 'ada@example.com']].sort(),
      );
      const letter = mail.letters.find(({ to }) => to.length === 2)!;
      expect(letter.text).toMatch(/^Subject: FAIL shop\/cart-30:1: CVE-2026-1/m);
      expect(letter.text).toContain('mend npm install left@2 (closes 3)');
      await mail.close();
    },
  );
});

describe('sending', () => {
  const mail = { from: 'p@example.com', to: ['ops@example.com'], subject: 's', text: 't', id: 'x' };
  const post = { body: {}, id: 'x', env: {}, now: at(0) };

  test('refuses addresses of this machine and its networks unless they are allowed, and follows nothing there', async () => {
    const inside = await webhookReceiver();
    const outside = await webhookReceiver([{ redirect: inside.url }]);
    const refused = {
      kind: 'failed',
      why: expect.stringContaining('is an address of this machine or its networks') as string,
    };
    expect(await postMessage({ ...post, url: inside.url, allow: [] })).toEqual(refused);
    expect(await postMessage({ ...post, url: inside.url.replace('127.0.0.1', 'localhost'), allow: [] })).toEqual(
      refused,
    );
    expect(await sendMail({ ...mail, server: 'smtp://127.0.0.1:25', allow: ['10.0.0.0/8'] })).toEqual(refused);
    expect(await postMessage({ ...post, url: outside.url, allow: ['127.0.0.1'] })).toMatchObject({ kind: 'failed' });
    expect([inside.received.length, outside.received.length]).toEqual([0, 1]);
    await inside.close();
    await outside.close();
  });

  test('says a password only over an encrypted connection whose certificate it trusts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-mail-'));
    const authority = await makeAuthority(folder);
    const tls = pemOf(await authority.issue('mail', ['IP:127.0.0.1']));
    const server = await mailReceiver({ tls, refuse: 'nobody@example.com' });
    const plain = await mailReceiver({});
    const to = (port: number) => ({
      ...mail,
      server: `smtp://ada@127.0.0.1:${port}`,
      password: 'sesame',
      allow: ['127.0.0.1'],
    });
    const authorities = [readFileSync(authority.cert, 'utf8')];
    expect(await sendMail({ ...to(server.port), authorities })).toEqual({ kind: 'sent' });
    expect(server.letters.map(({ user, isSecure }) => [user, isSecure])).toEqual([['ada', true]]);
    expect(await sendMail(to(server.port))).toMatchObject({ kind: 'again' });
    expect(await sendMail({ ...to(plain.port), authorities })).toMatchObject({ kind: 'again' });
    expect(await sendMail({ ...to(server.port), to: ['nobody@example.com'], authorities })).toMatchObject({
      kind: 'failed',
    });
    expect([server.letters.length, plain.letters.length]).toEqual([1, 0]);
    await server.close();
    await plain.close();
    rmSync(folder, { recursive: true });
  });
});
