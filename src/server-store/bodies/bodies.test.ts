import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { makeRecord } from '../../../test/make/record.ts';
import { noRegistryReason, startRegistry } from '../../../test/make/registry.ts';
import { noS3Reason, type S3Server, startS3 } from '../../../test/make/s3-server.ts';
import type { Digest } from '../../model/index.ts';
import * as api from '../index.ts';

const day = (n: number): Date => new Date(Date.UTC(2026, 10, n));
const digest = (n: number): Digest => `sha256:${String(n).repeat(64)}` as Digest;
const recordOf = (n: number) => {
  const made = makeRecord({ packages: [] });
  return { ...made, image: { ...made.image, digest: digest(n) } };
};
const missingS3 = await noS3Reason();

async function bytesOf(backup: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of backup) parts.push(part);
  return Buffer.concat(parts);
}
async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

describe.each(postgresServers)(
  'bodies in S3-like storage, beside $name',
  ({ missing: missingServer, freshDatabase }) => {
    const missing = missingServer ?? missingS3;
    let s3: S3Server;
    let databaseUrl: string;
    let store: api.Store;
    let bodies: string;
    const open = (setting: string | undefined, url = databaseUrl): Promise<api.Store> =>
      api.openStore({ databaseUrl: url, bodies: setting, env: s3.env });
    const keep = (into: api.Store, n: number): Promise<void> =>
      api.keepRecord(into, api.bodiesOf(into), { record: recordOf(n), name: `shop/${n}`, now: day(n) });
    const get = (from: api.Store, n: number) => api.getRecord(from, api.bodiesOf(from), digest(n));
    /** The objects of the bucket. */
    const objects = (): string[] =>
      readdirSync(s3.folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(s3.folder, name)).isFile())
        .sort();

    beforeAll(async () => {
      if (missing !== undefined) return;
      s3 = await startS3();
      bodies = `s3://ships/records?endpoint=${s3.endpoint}`;
      databaseUrl = await freshDatabase();
      store = await open(bodies);
      for (const n of [1, 2, 3]) await keep(store, n);
    });
    afterAll(async () => {
      await store?.close();
      await s3?.stop();
    });

    test.skipIf(missing)('are read from where they lie, whatever the setting is now', async () => {
      expect(objects()).toHaveLength(3);
      const other = await open(undefined);
      await keep(other, 4);
      expect(objects()).toHaveLength(3);
      for (const each of [store, other])
        for (const n of [1, 4]) expect((await get(each, n))?.image.digest).toBe(digest(n));
      const address = `s3://ships/records?endpoint=${s3.endpoint}&region=us-east-1&path-style=true`;
      expect((await api.bodiesByPlace(other)).map(({ where, bodies: n, isOurs }) => [where, n, isOurs])).toEqual([
        ['database', 1, true],
        [address, 3, true],
      ]);
      await other.close();
      await expect(open('s3://nothing at all')).rejects.toMatchObject({ code: 'body-place-invalid' });
    });

    test.skipIf(missing)('go when nothing names them any more, and not a moment before', async () => {
      // What was sent when the program was killed: noted, and never kept.
      await api.bodiesOf(store).stage(Buffer.from('cut off'));
      expect(objects()).toHaveLength(4);
      expect(await api.sweepBodies(store)).toEqual({ removed: 0, troubles: [] });
      expect(objects()).toHaveLength(4);
      expect(await api.sweepBodies(store, { restHours: 0 })).toEqual({ removed: 1, troubles: [] });
      expect(objects()).toHaveLength(3);
      await keep(store, 5);
      await store.pool.use((client) => client.query(`UPDATE body SET kept_at = '2026-10-02'`));
      await store.pool.use((client) => client.query(`DELETE FROM record WHERE image = '${digest(5)}'`));
      expect((await api.pruneStore(store, day(-30))).bodies).toBe(0);
      expect((await api.pruneStore(store, day(1))).bodies).toBe(1);
      // The database no longer names it; killed here, the next sweep goes on.
      expect(objects()).toHaveLength(4);
      await s3.halt();
      const swept = await api.sweepBodies(store, { restHours: 0 });
      expect(swept).toMatchObject({ removed: 0, troubles: [{ code: 'body-place-unreachable' }] });
      await s3.resume();
      const fresh = await open(bodies);
      expect(await api.sweepBodies(fresh, { restHours: 0 })).toEqual({ removed: 1, troubles: [] });
      expect(objects()).toHaveLength(3);
      await keep(fresh, 5);
      expect((await get(fresh, 5))?.image.digest).toBe(digest(5));
      await fresh.close();
    });

    test.skipIf(missing)('that are lost or altered are noted, and mended by another scan', async () => {
      const of = await open(bodies);
      const locatorOf = async (n: number): Promise<string> => {
        const row = await of.db
          .selectFrom('record')
          .innerJoin('body', 'body.digest', 'record.body')
          .select('locator')
          .where('image', '=', digest(n))
          .executeTakeFirstOrThrow();
        return join(s3.folder, 'records', row.locator!);
      };
      rmSync(await locatorOf(1));
      writeFileSync(await locatorOf(2), 'something else');
      const nowMs = Date.now() + 60_000;
      expect(await api.checkBodies(of, { before: new Date(nowMs), limit: 100 })).toMatchObject({ unreadable: 1 });
      expect(await api.checkBodies(of, { before: new Date(nowMs), limit: 100, reads: true })).toMatchObject({
        unreadable: 2,
        troubles: [],
      });
      await expect(get(of, 1)).rejects.toMatchObject({ code: 'body-missing' });
      await expect(get(of, 2)).rejects.toMatchObject({ code: 'body-unreadable' });
      expect(await api.countUnreadable(of)).toEqual({ bodies: 2, images: 2 });
      const due = await of.db.selectFrom('judging_due').select(['image', 'why']).orderBy('image').execute();
      expect(due.map(({ image, why }) => [image, why])).toEqual([
        [digest(1), 'its record can no longer be read'],
        [digest(2), 'its record can no longer be read'],
      ]);
      const exported: string[] = [];
      for await (const line of api.exportStore(of)) exported.push(line);
      expect(exported.filter((line) => line.includes('"unreadable"'))).toHaveLength(2);
      for (const n of [1, 2]) await keep(of, n);
      for (const n of [1, 2]) expect((await get(of, n))?.image.digest).toBe(digest(n));
      expect(await api.countUnreadable(of)).toEqual({ bodies: 0, images: 0 });
      await of.close();
    });

    test.skipIf(missing)('that can not be asked for are not taken for lost', async () => {
      const of = await open(bodies);
      await s3.halt();
      await expect(get(of, 1)).rejects.toMatchObject({ code: 'body-place-unreachable' });
      expect(await api.checkBodies(of, { before: new Date(), limit: 100 })).toMatchObject({
        unreadable: 0,
        troubles: [{ code: 'body-place-unreachable' }],
      });
      expect(of.places.trouble()).toMatchObject({ code: 'body-place-unreachable' });
      await expect(keep(of, 6)).rejects.toMatchObject({ code: 'body-place-unreachable' });
      expect(await get(of, 6)).toBeUndefined();
      await s3.resume();
      expect(await api.countUnreadable(of)).toEqual({ bodies: 0, images: 0 });
      await of.close();
    });

    test.skipIf(missing)('come along in a backup that is asked to, and are another store’s in any other', async () => {
      const first = await open(bodies);
      const named = await bytesOf(api.backupStore(first, day(1)));
      const whole = await bytesOf(api.backupStore(first, day(1), { withBodies: true }));
      const before = objects();
      const restore = async (backup: Buffer) => {
        const url = await freshDatabase();
        await (await api.restoreStore({ databaseUrl: url, env: s3.env }, once(backup))).close();
        return open(bodies, url);
      };
      const [reading, holding] = [await restore(named), await restore(whole)];
      for (const each of [reading, holding])
        for (const n of [1, 2, 3, 4]) expect((await get(each, n))?.image.digest).toBe(digest(n));
      expect((await api.bodiesByPlace(holding)).map(({ where }) => where)).toEqual(['database']);
      // The restored one prunes all that it has: nothing of the first is touched.
      await reading.pool.use((client) => client.query(`UPDATE body SET kept_at = '2026-11-01'`));
      await reading.pool.use((client) => client.query('DELETE FROM record'));
      expect((await api.pruneStore(reading, day(9))).bodies).toBeGreaterThan(3);
      expect(await api.sweepBodies(reading, { restHours: 0 })).toEqual({ removed: 0, troubles: [] });
      expect(objects()).toEqual(before);
      // What it keeps itself lies beside, under another name.
      await keep(reading, 1);
      expect(objects()).toHaveLength(before.length + 1);
      for (const each of [first, reading, holding]) await each.close();
    });

    test.skipIf(missing)('move to the database and back, and can be cut off', async () => {
      const outside = await open(bodies);
      const signal = new AbortController().signal;
      const home = await open('database');
      const { moved, left } = await api.moveBodies(home, signal);
      expect([moved, left]).toEqual([4, 0]);
      expect(await api.moveBodies(home, signal)).toEqual({ moved: 0, left: 0 });
      expect((await api.bodiesByPlace(home)).map(({ where, bodies: n }) => [where, n])).toEqual([['database', 5]]);
      await expect(api.moveBodies(outside, AbortSignal.abort())).rejects.toThrow();
      for (const n of [1, 2, 3, 4, 5]) expect((await get(home, n))?.image.digest).toBe(digest(n));
      expect((await api.moveBodies(outside, signal)).moved).toBe(5);
      await api.sweepBodies(outside, { restHours: 0 });
      for (const n of [1, 2, 3, 4, 5]) expect((await get(home, n))?.image.digest).toBe(digest(n));
      for (const each of [home, outside]) await each.close();
    });
  },
);

const embedded = postgresServers[0]!;
test.skipIf(noRegistryReason())(
  'bodies of images that came from no registry stay in the database, others go where it says',
  async () => {
    const registry = await startRegistry();
    const databaseUrl = await embedded.freshDatabase();
    for (const [bodies, places] of [
      ['oci:images', ['database']],
      [`oci://${registry.address}/plimsoll/records`, ['database', `oci://${registry.address}/plimsoll/records`]],
    ] as const) {
      const store = await api.openStore({ databaseUrl, bodies, env: {} });
      const n = places.length;
      await api.keepRecord(store, api.bodiesOf(store), { record: recordOf(n), name: 'shop.tar', now: day(1) });
      expect((await api.bodiesByPlace(store)).map(({ where }) => where)).toEqual(places);
      for (let i = 1; i <= n; i++)
        expect((await api.getRecord(store, api.bodiesOf(store), digest(i)))?.image.digest).toBe(digest(i));
      await store.close();
    }
    expect(existsSync(join(registry.storage, 'docker/registry/v2/repositories/plimsoll/records'))).toBe(true);
    await registry.stop();
  },
);
