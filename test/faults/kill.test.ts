import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../src/server-store/index.ts';
import { postgresServers, postmasterPid } from '../make/postgres.ts';
import { seededRandom } from '../make/random.ts';
import { noRegistryReason } from '../make/registry.ts';
import { firstToken, withSecret } from '../make/serve-process.ts';
import type { Caller } from '../make/test-server.ts';
import { Clients, wishes } from './clients.ts';
import { args, endAll, freshFolder, jobsEnd, pushImages, scopes, serve, Serving } from './serving.ts';
import { expectDoneOnce, expectLedgerVerifies } from './whole-store.ts';

const kinds = ['record', 'scan', 'waiver', 'policy', 'record', 'waiver'] as const;

afterEach(endAll);

const stores = [
  { name: 'in its own folder', seed: 1, databaseUrl: () => Promise.resolve(undefined), missing: undefined },
  {
    name: "on Debian's PostgreSQL",
    seed: 2,
    databaseUrl: () => postgresServers[1]!.freshDatabase(),
    missing: postgresServers[1]!.missing,
  },
];

describe.each(stores)('a server $name, killed again and again', ({ seed, databaseUrl, missing }) => {
  test.skipIf(missing ?? noRegistryReason())('loses nothing that it confirmed, and does nothing twice', async () => {
    const random = seededRandom(seed);
    const url = await databaseUrl();
    const where = { data: freshFolder(), args, ...(url === undefined ? {} : { databaseUrl: url }) };
    const images = await pushImages(4);
    const list = wishes(90, kinds);
    const serving = new Serving(where);
    const call = (): Promise<Caller> => serving.caller;
    const clients = new Clients(list, { lanes: 6, call, images });
    for (let kills = 0; kills < 4; kills++) {
      await clients.until(clients.granted.length + 5 + random(12));
      for (let turns = random(20); turns > 0; turns--) await sleep(1);
      await serving.again();
    }
    await clients.done;
    await jobsEnd(call);
    expect(clients.unmannered).toEqual([]);
    await serving.stop();
    if (url === undefined) expect(postmasterPid(join(where.data, 'postgres/data'))).toBeUndefined();
    const store = await openStore(url === undefined ? { folder: where.data } : { databaseUrl: url });
    await expectDoneOnce(store, list, clients.granted);
    await store.close();
    expectLedgerVerifies(where);
  });
});

test.skipIf(postgresServers[1]!.missing ?? noRegistryReason())(
  'of two servers on one PostgreSQL the other goes on with the scans of the one that is killed',
  async () => {
    const databaseUrl = await postgresServers[1]!.freshDatabase();
    const images = await pushImages(4);
    const one = await serve({ data: freshFolder(), databaseUrl, args });
    const secret = await firstToken(one, scopes);
    const other = await serve({ data: freshFolder(), databaseUrl, args });
    const list = wishes(24, ['scan', 'record']);
    let caller = withSecret(one.url, secret);
    const clients = new Clients(list, { lanes: 6, call: () => Promise.resolve(caller), images });
    await clients.until(10);
    await one.kill('SIGKILL');
    caller = withSecret(other.url, secret);
    await clients.done;
    await jobsEnd(() => Promise.resolve(caller));
    await other.kill('SIGTERM');
    const store = await openStore({ databaseUrl });
    await expectDoneOnce(store, list, clients.granted);
    await store.close();
    expectLedgerVerifies({ data: freshFolder(), databaseUrl });
  },
);
