import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { bodiesOf, checkBodies, getRecord, openStore, sweepBodies } from '../../src/server-store/index.ts';
import { makeRecord } from '../make/record.ts';
import { postgresServers } from '../make/postgres.ts';
import { noRegistryReason, startRegistry } from '../make/registry.ts';
import { seededRandom } from '../make/random.ts';
import { endAll, freshFolder, Serving } from './serving.ts';

afterEach(endAll);

test.skipIf(noRegistryReason())(
  'a server that is killed while it keeps records in a registry has every record that it confirmed, and half of none',
  async () => {
    const registry = await startRegistry();
    const databaseUrl = await postgresServers[0]!.freshDatabase();
    const bodies = `oci://${registry.address}/ships/records`;
    const serving = new Serving({ data: freshFolder(), databaseUrl, args: ['--scans', '0', '--bodies', bodies] });
    const random = seededRandom(7);
    const confirmed = new Set<string>();
    let next = 0;
    for (let kills = 0; kills < 3; kills++) {
      const call = await serving.caller;
      const wanted = confirmed.size + 2 + random(3);
      const lanes = Array.from({ length: 4 }, async () => {
        while (confirmed.size < wanted) {
          const digest = `sha256:${(++next).toString(16).padStart(64, '0')}`;
          const made = makeRecord({ packages: [] });
          const record = { ...made, image: { ...made.image, digest } };
          const answer = await call('POST', '/v1/records', {
            record,
            reference: `${registry.address}/shop/n${next}:1`,
          }).catch(() => undefined);
          if (answer === undefined) return;
          expect(answer.status, JSON.stringify(answer.body)).toBe(201);
          confirmed.add(digest);
        }
      });
      // Others are under way when the first lane has enough.
      await Promise.race(lanes);
      await serving.again();
      await Promise.all(lanes);
    }
    await serving.stop();
    const store = await openStore({ databaseUrl, bodies, env: {} });
    for (const digest of confirmed)
      expect((await getRecord(store, bodiesOf(store), digest))?.image.digest).toBe(digest);
    // Whatever is named is whole, confirmed or not.
    const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM body WHERE place IS NOT NULL`.execute(store.db);
    const checked = await checkBodies(store, { before: new Date(Date.now() + 60_000), limit: 1000, reads: true });
    expect([checked.checked, checked.unreadable, checked.troubles]).toEqual([rows[0]!.n, 0, []]);
    // What was sent and never named is gone after a sweep, and nothing else is.
    await sweepBodies(store, { restHours: 0 });
    const left = await sql<{ n: number }>`SELECT count(*) AS n FROM body_outside`.execute(store.db);
    expect(left.rows[0]!.n).toBe(rows[0]!.n);
    expect(
      (await checkBodies(store, { before: new Date(Date.now() + 120_000), limit: 1000, reads: true })).unreadable,
    ).toBe(0);
    await store.close();
    await registry.stop();
  },
);
