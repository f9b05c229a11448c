import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { parseNotifications } from '../../src/flows/notify/index.ts';
import type { AdvisoryImport } from '../../src/server/contract/index.ts';
import { postgresServers } from '../make/postgres.ts';
import { startTestServer } from '../make/test-server.ts';
import { advisory, digest, imageOf, ndjson, runSomewhere } from '../rejudge/fleet-store.ts';
import { webhookReceiver } from './receivers.ts';

describe.each(postgresServers.slice(0, 1))('a server over $name', ({ freshDatabase }) => {
  test('tells whoever waits for it of an advisory that turns what runs', { timeout: 120_000 }, async () => {
    const hook = await webhookReceiver();
    const notifications = await parseNotifications(
      `apiVersion: plimsoll.dev/v1\nkind: Notifications\nwindowSeconds: 0\nallow: [127.0.0.1]\nchannels:\n  - { name: a, webhook: { url: "${hook.url}" } }\n`,
      'n.yaml',
      {},
    );
    const server = await startTestServer(await freshDatabase(), { notifications });
    const { csrfToken } = (await server.admin<{ csrfToken: string }>('GET', '/v1/me')).body;
    const send = async (...records: readonly object[]): Promise<AdvisoryImport> => {
      const answer = await fetch(new URL('/v1/advisories/import', server.url), {
        method: 'POST',
        headers: { cookie: server.adminCookie, 'x-csrf-token': csrfToken, 'content-type': 'application/x-ndjson' },
        body: ndjson(...records),
      });
      return (await answer.json()) as AdvisoryImport;
    };
    // The newest of what is imported dates it: of an old one alone nobody could tell what it lacks.
    await send(advisory('CVE-2026-9', 'elsewhere', { modified: new Date(Date.now() - 3_600_000).toISOString() }));
    const record = imageOf(1, ['left@1.0.0'], {
      image: { digest: digest(1), created: new Date().toISOString() },
      advisories: { databaseDigest: digest(9), builtAt: new Date().toISOString(), covered: ['npm'], uncovered: [] },
    });
    const kept = await server.admin('POST', '/v1/records', { record, reference: 'shop/cart:1' });
    expect(kept.status).toBe(201);
    await runSomewhere(server.store, digest(1), 'production');
    const imported = await send(advisory('CVE-2026-1', 'left', { published: '2026-01-01T00:00:00Z' }));
    expect(imported).toMatchObject({ judged: 1, turned: 1 });
    while (hook.received.length === 0) await sleep(100);
    const [turn] = (JSON.parse(hook.received[0]!.text) as { turns: Record<string, unknown>[] }).turns;
    expect(turn).toMatchObject({ name: 'shop/cart:1', from: 'pass', to: 'fail', running: 1 });
    await server.close();
    await hook.close();
  });
});
