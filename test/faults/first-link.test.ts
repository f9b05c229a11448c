import { afterEach, describe, expect, test } from 'vitest';
import { makeFirstLogInLink, makeLogInLink } from '../../src/flows/log-in/index.ts';
import { findEntries, openStore } from '../../src/server-store/index.ts';
import { postgresServers } from '../make/postgres.ts';
import { caller } from '../make/test-server.ts';
import { endAll, freshFolder, serve } from './serving.ts';

afterEach(endAll);

const opened = async (link: string): Promise<number> => {
  const { origin, searchParams } = new URL(link);
  return (await caller(origin)('POST', '/v1/session/setup', { secret: searchParams.get('secret') })).status;
};

describe.each(postgresServers)('the link of a first start on $name', ({ missing, freshDatabase }) => {
  test.skipIf(missing)('is one, however many are made at once', async () => {
    const databaseUrl = await freshDatabase();
    const store = await openStore({ databaseUrl });
    const by = { actor: { kind: 'human', name: 'root', known: 'local-user' }, from: 'here' } as const;
    for (let round = 0; round < 5; round++) {
      const make = round % 2 === 0 ? makeFirstLogInLink : makeLogInLink;
      await Promise.all(Array.from({ length: 6 }, () => make(store, 'http://127.0.0.1', by)));
      const unused = await store.db
        .selectFrom('setup_link' as never)
        .select('digest' as never)
        .execute();
      expect(unused).toHaveLength(1);
    }
    await store.close();
  });
});

test('of the links of two servers that start at once on one database exactly one logs in, and a third makes none', async () => {
  const databaseUrl = await postgresServers[0]!.freshDatabase();
  const both = await Promise.all([
    serve({ data: freshFolder(), databaseUrl, args: ['--scans', '0'] }),
    serve({ data: freshFolder(), databaseUrl, args: ['--scans', '0'] }),
  ]);
  const links = both.map(({ setupUrl }) => setupUrl!);
  expect((await Promise.all([...links, ...links].map(opened))).sort()).toEqual([200, 401, 401, 401]);
  const third = await serve({ data: freshFolder(), databaseUrl, args: ['--scans', '0'] });
  expect(third.setupUrl).toBeUndefined();
  const store = await openStore({ databaseUrl });
  const { items } = await findEntries(store, { action: 'session.', limit: 50 });
  const counts = Map.groupBy(items, ({ entry }) => entry.action);
  expect([counts.get('session.link')?.length, counts.get('session.start')?.length]).toEqual([2, 1]);
  await store.close();
});
