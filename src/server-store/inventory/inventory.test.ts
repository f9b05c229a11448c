import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { makeRecord } from '../../../test/make/record.ts';
import * as api from '../index.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const now = new Date('2026-11-05T00:00:00Z');

describe.each(postgresServers)('what runs where, in $name', ({ missing, freshDatabase }) => {
  let store: api.Store;
  let host: number;
  beforeAll(async () => {
    if (missing !== undefined) return;
    store = await api.openStore({ databaseUrl: await freshDatabase() });
    host = await api.noteHost(store, { kind: 'docker', name: 'node-1', periodSeconds: 30 }, now);
  });
  afterAll(() => store?.close());

  const keep = async (key: string, more: object = {}, platform = 'linux/amd64'): Promise<void> => {
    const made = makeRecord({});
    const image = { ...made.image, digest: key as never, platform, ...more };
    await api.keepRecord(store, api.bodiesOf(store), { record: { ...made, image }, name: 'shop/cart:1', now });
  };
  const imageOf = async (id: string): Promise<string | null | undefined> =>
    (await api.listContainers(store, {})).items.find((each) => each.id === id)?.image;
  const container = (id: string, imageIds: readonly string[], platform?: string): api.ContainerReport => ({
    id,
    name: id,
    imageIds,
    imageName: 'shop/cart:1',
    since: now,
    ...(platform === undefined ? {} : { platform }),
  });

  test.skipIf(missing)('finds the record by any digest, whichever of the two comes first', async () => {
    await keep(digest('a'), { manifestDigest: digest('a'), configDigest: digest('b') });
    const containers = [
      container('by-config', [digest('b')]),
      container('by-manifest', [digest('a'), digest('b')]),
      container('unknown', [digest('c'), digest('d')]),
      container('nameless', []),
    ];
    await api.noteContainers(store, host, { containers, now });
    expect(await Promise.all(containers.map(({ id }) => imageOf(id)))).toEqual([
      digest('a'),
      digest('a'),
      digest('c'),
      null,
    ]);
    await keep(digest('e'), { configDigest: digest('d') });
    expect(await imageOf('unknown')).toBe(digest('e'));
    expect(await api.imagesWithoutRecord(store, 10)).toEqual([]);
  });

  test.skipIf(missing)(
    'tells the images of an index apart by platform, and claims none where it is not known',
    async () => {
      await keep(digest('1'), {}, 'linux/amd64');
      await keep(digest('2'), {}, 'linux/arm64/v8');
      await api.noteAlias(store, digest('f'), digest('1'));
      await api.noteAlias(store, digest('f'), digest('2'));
      const containers = [
        container('arm', [digest('f')], 'linux/arm64'),
        container('amd', [digest('f')], 'linux/amd64'),
        container('either', [digest('f')]),
      ];
      await api.noteContainers(store, host, { containers, now, extent: 'part' });
      expect(await Promise.all(containers.map(({ id }) => imageOf(id)))).toEqual([
        digest('2'),
        digest('1'),
        digest('f'),
      ]);
    },
  );

  test.skipIf(missing)('matches what started while its record was being kept', async () => {
    await api.noteContainers(store, host, { containers: [container('late', [digest('9')])], now, extent: 'part' });
    await keep(digest('9'));
    await sql`UPDATE container SET image = ${digest('8')}, image_ids = ARRAY[${digest('8')}] WHERE id = 'late'`.execute(
      store.db,
    );
    await sql`INSERT INTO image_alias VALUES (${digest('8')}, ${digest('9')})`.execute(store.db);
    expect(await api.matchContainers(store)).toBe(1);
    expect(await imageOf('late')).toBe(digest('9'));
  });

  test.skipIf(missing)('tells a restart from a report that comes again, and one container’s end from all', async () => {
    const note = async (report: Omit<api.InventoryReport, 'now'>) => {
      const { started, ended } = await api.noteContainers(store, host, { ...report, now });
      return [started.map(({ id }) => id), ended.map(({ id }) => id)];
    };
    const late = container('late', [digest('9')]);
    expect(await note({ containers: [late, late], extent: 'part' })).toEqual([[], []]);
    const again = { ...late, since: new Date('2026-11-05T01:00:00Z') };
    expect(await note({ containers: [again], extent: 'part' })).toEqual([['late'], []]);
    expect(await note({ containers: [], extent: 'part', ended: [{ id: 'late' }, { id: 'never' }] })).toEqual([
      [],
      ['late'],
    ]);
    expect((await note({ containers: [again] }))[1]).toEqual([
      'amd',
      'arm',
      'by-config',
      'by-manifest',
      'either',
      'nameless',
      'unknown',
    ]);
  });

  test.skipIf(missing)(
    'shows a finding on each of 100,000 containers by the index, not by looking through all',
    async () => {
      await sql`INSERT INTO container (host, id, name, image, image_name, labels, since, last_seen, environment)
      SELECT ${host}, 'c' || n, 'c' || n, 'sha256:' || lpad((n % 1000)::text, 64, '0'), 'x', '{}', ${now}::timestamptz, ${now}::timestamptz,
        CASE WHEN n % 2 = 0 THEN 'production' ELSE 'test' END
      FROM generate_series(1, 100000) AS n`.execute(store.db);
      await sql`INSERT INTO finding_life (image, finding, kind, name, severity, owner, first_seen)
      SELECT 'sha256:' || lpad(n::text, 64, '0'), 'f' || n, 'vulnerability', 'CVE-2014-' || (n / 3), 'critical', 'base', ${now}::timestamptz
      FROM generate_series(0, 999) AS n`.execute(store.db);
      await sql`ANALYZE`.execute(store.db);
      expect(await api.findingReach(store, 'CVE-2014-100')).toEqual({
        images: 3,
        containers: 300,
        byEnvironment: [
          { environment: 'production', containers: 200 },
          { environment: 'test', containers: 100 },
        ],
      });
      const page = await api.listContainers(store, { finding: 'CVE-2014-100', limit: 250 });
      expect(page.items.length).toBe(250);
      expect(
        (await api.listContainers(store, { finding: 'CVE-2014-100', limit: 250, after: page.next! })).items.length,
      ).toBe(50);
      const plan = await sql<{
        'QUERY PLAN': string;
      }>`EXPLAIN SELECT count(*) FROM container WHERE until IS NULL AND image IN (
      SELECT image FROM finding_life WHERE name = 'CVE-2014-100' AND gone_at IS NULL)`.execute(store.db);
      const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(text).toContain('container_image');
      expect(text).not.toContain('Seq Scan on container');
    },
  );

  test.skipIf(missing)('says since when a host is silent', async () => {
    const later = new Date(now.getTime() + 31_000);
    expect((await api.listHosts(store, now)).map(({ silent }) => silent)).toEqual([false]);
    expect((await api.listHosts(store, later)).map(({ silent, lastSeen }) => [silent, lastSeen])).toEqual([
      [true, now.toISOString()],
    ]);
    const { items } = await api.listContainers(store, { limit: 1, now: later });
    expect(items.map(({ silent, until }) => [silent, until])).toEqual([[true, null]]);
    // A report that was late does not make it older.
    await api.noteHost(store, { kind: 'docker', name: 'node-1', periodSeconds: 30 }, new Date(now.getTime() - 1000));
    expect((await api.listHosts(store, now))[0]!.lastSeen).toBe(now.toISOString());
  });

  test.skipIf(missing)(
    'knows what an image is called where it runs, whether that name is another’s by now, and whose it is',
    async () => {
      const later = new Date('2026-11-06T00:00:00Z');
      const containers = [
        { ...container('old', [digest('3')]), imageName: 'shop/web:1', team: 'shop' },
        { ...container('old of nobody', [digest('3')]), imageName: 'shop/web:1' },
        { ...container('new', [digest('4')]), imageName: 'shop/web:1', since: later, team: 'shop' },
        { ...container('new of others', [digest('4')]), imageName: 'shop/web:1', since: later, team: 'till' },
        { ...container('by-id', [digest('5')]), imageName: digest('5').slice(7, 19) },
        { ...container('by-digest', [digest('6')]), imageName: `shop/cart@${digest('6')}` },
      ];
      const own = await api.noteHost(store, { kind: 'docker', name: 'node-2', periodSeconds: 30 }, now);
      await api.noteContainers(store, own, { containers, now: later });
      expect(
        await Promise.all(['3', '4', '5', '6', '7'].map((letter) => api.nameInUse(store, [digest(letter)]))),
      ).toEqual([
        { name: 'shop/web:1', isCurrent: false },
        { name: 'shop/web:1', isCurrent: true },
        undefined,
        undefined,
        undefined,
      ]);
      const unknown = new Map(
        (await api.imagesWithoutRecord(store, 1_000_000)).map(({ image, team }) => [image, team]),
      );
      expect(['3', '4', '5'].map((letter) => unknown.get(digest(letter)))).toEqual(['shop', null, null]);
      // What runs nowhere is called as it was kept.
      await keep(digest('7'));
      expect(await api.nameInUse(store, [digest('7')])).toEqual({ name: 'shop/cart:1', isCurrent: false });
    },
  );
});
