import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MadeDatabase } from '../../src/advisories/made-database.ts';
import { Rejudger } from '../../src/flows/rejudge/index.ts';
import { countDue, findEntries, openStore, type Store } from '../../src/server-store/index.ts';
import { postgresServers } from '../make/postgres.ts';
import {
  advisory,
  day,
  digest,
  freshVerdicts,
  heldVerdicts,
  imageOf,
  makeDatabase,
  ndjson,
  scanInto,
} from './fleet-store.ts';

const images = 60;

describe.each(postgresServers)('judging again, killed in the middle, in $name', ({ missing, freshDatabase }) => {
  let store: Store;
  let databaseUrl: string;
  let database: MadeDatabase;
  const records = Array.from({ length: images }, (_, n) => imageOf(n, ['left@1.0.0', `own-${n}@1.0.0`]));
  beforeAll(async () => {
    if (missing !== undefined) return;
    databaseUrl = await freshDatabase();
    store = await openStore({ databaseUrl });
    database = await makeDatabase({ 'a.ndjson': ndjson(advisory('CVE-2026-9', 'elsewhere')) });
    for (const [n, record] of records.entries()) await scanInto(store, record, database, `r/x-${n}:1`);
    const rejudger = new Rejudger(store, { databasePath: database.path });
    await rejudger.run(() => day(4));
    rejudger.close();
    database = await database.add({ 'b.ndjson': ndjson(advisory('CVE-2026-1', 'left')) });
  }, 120_000);
  afterAll(async () => {
    await store?.close();
    database?.remove();
  });

  const start = () =>
    spawn(process.execPath, [join(import.meta.dirname, 'judging-process.ts'), databaseUrl, database.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  test.skipIf(missing)('loses nothing and does nothing twice', { timeout: 120_000 }, async () => {
    const turns = async (): Promise<number> => (await store.db.selectFrom('turn').select('id').execute()).length;
    for (let kills = 0; kills < 4; kills++) {
      const child = start();
      await once(child.stdout, 'data');
      const before = await turns();
      // In the middle: after it has kept some, before it has kept all.
      while ((await turns()) === before && child.exitCode === null) await sleep(1);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(await countDue(store)).toBeGreaterThan(0);
    const [one, other] = [start(), start()];
    await Promise.all([once(one, 'exit'), once(other, 'exit')]);
    expect(await countDue(store)).toBe(0);
    expect(await heldVerdicts(store)).toEqual(
      await freshVerdicts(store, records, { path: database.path, now: day(4) }),
    );
    const told = await store.db.selectFrom('turn').select('image').orderBy('image').execute();
    expect(told.map(({ image }) => image)).toEqual(records.map((_, n) => digest(n)));
    const given = (await findEntries(store, { action: 'verdict.give', limit: 1000 })).items;
    expect(given.length).toBe(2 * images);
    const lives = await store.db
      .selectFrom('finding_life')
      .select('finding')
      .where('kind', '=', 'vulnerability')
      .execute();
    expect(lives.length).toBe(images);
  });
});
