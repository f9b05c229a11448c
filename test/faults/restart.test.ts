import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { openStore } from '../../src/server-store/index.ts';
import { ownPostgres, postgresServers } from '../make/postgres.ts';
import { seededRandom } from '../make/random.ts';
import { noRegistryReason } from '../make/registry.ts';
import type { Caller } from '../make/test-server.ts';
import { Clients, wishes } from './clients.ts';
import { EventReader } from './event-reader.ts';
import { args, endAll, freshFolder, jobsEnd, pushImages, Serving } from './serving.ts';
import { expectDoneOnce, expectLedgerVerifies } from './whole-store.ts';

afterEach(endAll);

test.skipIf(postgresServers[1]!.missing ?? noRegistryReason())(
  'a server goes on when PostgreSQL is restarted under it: what was cut off is refused with a time to ask again',
  async () => {
    const random = seededRandom(3);
    const postgres = await ownPostgres(freshFolder());
    const { databaseUrl } = postgres;
    try {
      const images = await pushImages(3);
      const where = { data: freshFolder(), databaseUrl, args };
      const serving = new Serving(where);
      const call = (): Promise<Caller> => serving.caller;
      await call();
      const reader = new EventReader(() => serving.url, serving.secret);
      while (reader.opened === 0) await sleep(10);
      const list = wishes(60, ['record', 'scan', 'waiver', 'policy', 'record', 'waiver']);
      const clients = new Clients(list, { lanes: 6, call, images });
      for (let restarts = 0; restarts < 3; restarts++) {
        await clients.until(clients.granted.length + 4 + random(8));
        postgres.restart();
      }
      await clients.done;

      // One that certainly is in the middle: it waits for a lock that the restart takes away with it.
      const locker = new pg.Client(databaseUrl);
      locker.on('error', () => undefined);
      await locker.connect();
      await locker.query('BEGIN; LOCK TABLE waiver IN ACCESS EXCLUSIVE MODE');
      const asked = (await call())<{ code: string }>('GET', '/v1/waivers');
      const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
      while ((await locker.query<{ n: number }>(waiting)).rows[0]!.n === 0) await sleep(10);
      postgres.restart();
      const { status, headers, body } = await asked;
      expect([status, headers.get('content-type'), headers.get('retry-after'), body.code]).toEqual([
        503,
        'application/problem+json; charset=utf-8',
        '2',
        'store-unreachable',
      ]);
      expect((await (await call())('GET', '/v1/waivers')).status).toBe(200);

      expect(clients.unmannered).toEqual([]);
      await jobsEnd(call);
      await serving.again();
      const store = await openStore({ databaseUrl });
      await expectDoneOnce(store, list, clients.granted);
      const { rows } = await store.pool.use((client) =>
        client.query<{ id: string }>(`SELECT transaction || '-' || id AS id FROM live_event ORDER BY transaction, id`),
      );
      while (reader.seen.at(-1)?.id !== rows.at(-1)!.id) await sleep(20);
      reader.close();
      // All that happened since it first listened, once and in order, over restarts of both.
      const seen = reader.seen.map(({ id }) => id);
      expect(seen).toEqual(rows.map(({ id }) => id).slice(-seen.length));
      expect(rows.length - seen.length).toBeLessThan(5);
      expect(reader.opened).toBe(2);
      await store.close();
      await serving.stop();
      expectLedgerVerifies(where);
    } finally {
      await postgres.stop();
    }
  },
);
