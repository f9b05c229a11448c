import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MadeDatabase } from '../../src/advisories/made-database.ts';
import { Rejudger } from '../../src/flows/rejudge/index.ts';
import { simulatePolicy } from '../../src/flows/simulate/index.ts';
import { setActivePolicy } from '../../src/flows/keep-image/index.ts';
import { parsePolicy } from '../../src/policy/index.ts';
import { noteImage, openStore, type Store, writeDocument } from '../../src/server-store/index.ts';
import { postgresServers } from '../make/postgres.ts';
import {
  advisory,
  day,
  digest,
  heldVerdicts,
  imageOf,
  makeDatabase,
  ndjson,
  runSomewhere,
  scanInto,
} from './fleet-store.ts';

const text = (rules: string): string =>
  `apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: shop }\nrules:\n  ${rules}\n  nothing-unread: fail\n`;

describe.each(postgresServers)('another policy over what was, in $name', ({ missing, freshDatabase }) => {
  let store: Store;
  let database: MadeDatabase;
  beforeAll(async () => {
    if (missing !== undefined) return;
    store = await openStore({ databaseUrl: await freshDatabase() });
    const basedOn = { basedOn: 0, writtenBy: 'ada' };
    await writeDocument(store, {
      kind: 'policy',
      name: 'shop',
      text: text('image-age: { effect: fail, maxAgeDays: 10 }'),
      ...basedOn,
    });
    await setActivePolicy(store, 'shop');
    database = await makeDatabase({
      'a.ndjson': ndjson(advisory('CVE-2026-1', 'left'), advisory('CVE-2026-2', 'hole', { fixed: '99.0.0' })),
    });
    const old = { image: { digest: digest(3), created: '2026-10-01T00:00:00Z' } };
    const records = [
      imageOf(1, ['left@1.0.0']),
      imageOf(2, ['calm@1.0.0']),
      imageOf(3, ['calm@1.0.0'], old),
      imageOf(4, ['hole@1.0.0']),
    ];
    for (const [i, record] of records.entries()) {
      await scanInto(store, record, database, `shop/app-${i + 1}:1`);
      await noteImage(store, { record, name: `shop/app-${i + 1}:1`, team: 'shop' });
    }
    await runSomewhere(store, digest(1), 'production');
    const rejudger = new Rejudger(store, { databasePath: database.path });
    await rejudger.run(() => day(4));
    rejudger.close();
  });
  afterAll(async () => {
    await store?.close();
    database?.remove();
  });

  const simulate = async (rules: string, sinceDays = 30, at = day(4)) =>
    simulatePolicy(store, {
      policy: (await parsePolicy(text(rules), 'new.yaml')).policy,
      ...{ sinceDays, reach: undefined, databasePath: database.path, now: at },
    });

  test.skipIf(missing)('says what it would have stopped and released, and what that would have cost', async () => {
    const before = await heldVerdicts(store);
    const simulation = await simulate('fixable-severity: { effect: fail, atLeast: high, fixedForDays: 0 }');
    expect(simulation).toMatchObject({
      stopped: 2,
      released: 1,
      unchanged: 1,
      cost: {
        images: 2,
        containers: 1,
        ran: 1,
        started: 1,
        teams: ['shop'],
        fixes: { fixed: 2, unfixed: 0, medianDays: 0 },
      },
    });
    expect(simulation.list.map(({ name, from, to, running }) => [name, from, to, running])).toEqual([
      ['shop/app-1:1', 'pass', 'fail', 1],
      ['shop/app-3:1', 'fail', 'pass', 0],
      ['shop/app-4:1', 'pass', 'fail', 0],
    ]);
    expect(await heldVerdicts(store)).toEqual(before);
  });

  test.skipIf(missing)('counts what nobody can tell as stopped', async () => {
    const simulation = await simulate('required-packages: { effect: fail, packages: [gone] }\n  provenance-from: fail');
    expect([simulation.stopped, simulation.released]).toEqual([3, 0]);
  });

  test.skipIf(missing)('looks at what runs, and at what was kept in the time', async () => {
    const later = new Date(day(4).getTime() + 40 * 86_400_000);
    const simulation = await simulate('no-secrets: fail', 30, later);
    expect(simulation.stopped + simulation.released + simulation.unchanged).toBe(1);
  });
});
