import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MadeDatabase } from '../../src/advisories/made-database.ts';
import { setActivePolicy } from '../../src/flows/keep-image/index.ts';
import { Rejudger } from '../../src/flows/rejudge/index.ts';
import type { ImageRecord } from '../../src/model/index.ts';
import {
  findEntries,
  findingsOf,
  openStore,
  type Store,
  verdictHistory,
  writeDocument,
} from '../../src/server-store/index.ts';
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
  runSomewhere,
  scanInto,
} from './fleet-store.ts';

const policy = (more = '') =>
  `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: shop }
rules:
  fixable-severity: { effect: fail, atLeast: high, fixedForDays: 0 }
  no-shell: warn
  advisory-data-age: { effect: fail, maxAgeDays: 30 }
scopes:
  - { name: strict, match: { environments: [production] }, rules: { unfixed-severity: { effect: fail, atLeast: low } } }
${more}`;

describe.each(postgresServers)('judging again in $name', ({ missing, freshDatabase }) => {
  let store: Store;
  beforeAll(async () => {
    if (missing !== undefined) return;
    store = await openStore({ databaseUrl: await freshDatabase() });
    await setActivePolicy(store, 'shop');
    await writePolicy(policy());
  });
  afterAll(() => store?.close());

  let version = 0;
  const writePolicy = async (text: string): Promise<void> => {
    await writeDocument(store, { kind: 'policy', name: 'shop', text, writtenBy: 'ada', basedOn: version++ });
  };
  const now = () => day(4);
  const records = [
    imageOf(1, ['left@1.0.0', 'calm@1.0.0']),
    imageOf(2, ['calm@1.0.0', 'right@1.0.0'], {
      executables: [{ place: { path: '/bin/sh', layer: 0, owner: 'base' } }],
    }),
    imageOf(3, ['right@9.0.0']),
  ];

  test.skipIf(missing)('touches only who has a touched package, and says what a fresh scan says', async () => {
    let database = await makeDatabase({ 'a.ndjson': ndjson(advisory('CVE-2026-1', 'left')) });
    for (const [i, record] of records.entries()) await scanInto(store, record, database, `shop/app-${i + 1}:1`);
    await runSomewhere(store, digest(2), 'production');
    const rejudger = new Rejudger(store, { databasePath: database.path, sliceSize: 2 });
    expect(await rejudger.run(now)).toMatchObject({ noticed: { kind: 'complete' }, judged: 3, turned: 0 });
    expect(await rejudger.run(now)).toMatchObject({ noticed: { kind: 'none' }, judged: 0 });

    database = await database.add({ 'b.ndjson': ndjson(advisory('CVE-2026-2', 'right', { fixed: '2.0.0' })) });
    const { noticed, judged, turned } = await rejudger.run(now);
    expect({ noticed, judged, turned }).toEqual({
      noticed: { kind: 'packages', images: 1, packages: 1 },
      judged: 1,
      turned: 2,
    });
    expect(await heldVerdicts(store)).toEqual(await freshVerdicts(store, records, { path: database.path, now: now() }));

    const history = await verdictHistory(store, digest(2), { scope: 'default' });
    expect(history.items.map(({ result, until }) => [result, until !== null])).toEqual([
      ['fail', false],
      ['pass', true],
    ]);
    expect((await findingsOf(store, digest(2))).map(({ name, goneAt }) => [name, goneAt])).toEqual([
      ['CVE-2026-2', null],
    ]);
    const entries = (await findEntries(store, { subjectName: digest(2), action: 'verdict.give' })).items;
    expect(entries.map(({ entry }) => entry.details?.['result']).sort()).toEqual(['fail', 'fail', 'pass', 'pass']);
    const turns = await store.db.selectFrom('turn').selectAll().orderBy('scope').execute();
    expect(
      turns.map(({ scope, result, why, body }) => [scope, result, why, (body as { running?: number }).running]),
    ).toEqual([
      ['default', 'fail', 'advisories of 2026-11-23T06:00Z', 1],
      ['strict', 'fail', 'advisories of 2026-11-23T06:00Z', 1],
    ]);

    const withdrawn = advisory('CVE-2026-2', 'right', {
      modified: '2026-11-22T00:00:00Z',
      withdrawn: '2026-11-22T00:00:00Z',
    });
    database = await database.add({ 'c.ndjson': ndjson(withdrawn) });
    expect(await rejudger.run(now)).toMatchObject({ noticed: { kind: 'packages', images: 1 }, turned: 2 });
    expect(await heldVerdicts(store)).toEqual(await freshVerdicts(store, records, { path: database.path, now: now() }));
    expect((await findingsOf(store, digest(2))).map(({ goneAt }) => goneAt)).toEqual([day(4).toISOString()]);

    await writePolicy(policy().replace('no-shell: warn', 'no-shell: fail'));
    expect(await rejudger.run(now)).toMatchObject({ noticed: { kind: 'complete' }, judged: 3 });
    expect(await heldVerdicts(store)).toEqual(await freshVerdicts(store, records, { path: database.path, now: now() }));
    rejudger.close();
    database.remove();
  });

  test.skipIf(missing)('judges again exactly when a waiver ends, and at no other time', async () => {
    const database = await makeDatabase({ 'a.ndjson': ndjson(advisory('CVE-2026-1', 'left')) });
    await writePolicy(
      policy('waivers:\n  - { id: w, finding: CVE-2026-1, owner: a, reason: b, expires: 2026-11-27 }\n'),
    );
    const rejudger = new Rejudger(store, { databasePath: database.path });
    const first = await rejudger.run(now);
    expect(first.next).toBe('2026-11-28T00:00:00.000Z');
    expect(await rejudger.run(() => new Date('2026-11-27T23:59:59.999Z'))).toMatchObject({ judged: 0 });
    const after = await rejudger.run(() => new Date('2026-11-28T00:00:00Z'));
    // Of three images the one that has it; of the others a judgement at that moment says what it said.
    expect([after.judged, after.turned]).toEqual([1, 2]);
    expect(await heldVerdicts(store)).toEqual(
      await freshVerdicts(store, records, { path: database.path, now: new Date('2026-11-28T00:00:00Z') }),
    );
    const { verdict } = (await verdictHistory(store, digest(1), { scope: 'default' })).items[0]!;
    expect([verdict.result, verdict.endedWaivers]).toEqual(['fail', [{ id: 'w', why: 'it expired on 2026-11-27' }]]);
    rejudger.close();
    database.remove();
  });

  test.skipIf(missing)(
    'tells packages apart that differ in their layer alone, also where images share layers',
    async () => {
      const own = await openStore({ databaseUrl: await freshDatabase() });
      const database = await makeDatabase({ 'a.ndjson': ndjson(advisory('CVE-2026-1', 'left')) });
      const inLayers = (n: number, layers: readonly number[]): ImageRecord => {
        const record = imageOf(
          n,
          layers.map(() => 'left@1.0.0'),
        );
        const packages = record.packages.map((found, i) => ({
          ...found,
          id: `p${layers[i]}`,
          place: { ...found.place, layer: layers[i]! },
        }));
        return { ...record, packages };
      };
      const records = [inLayers(1, [0, 1]), inLayers(2, [0]), inLayers(3, [1, 0]), inLayers(4, [1])];
      for (const record of records) await scanInto(own, record, database, `r/twin-${record.image.digest.slice(-4)}:1`);
      for (let round = 0; round < 3; round++) {
        await own.db.updateTable('judging_state').set({ database_digest: null, database_built_at: null }).execute();
        const rejudger = new Rejudger(own, { databasePath: database.path, sliceSize: 1 });
        expect((await rejudger.run(now)).judged).toBe(4);
        rejudger.close();
        expect(await heldVerdicts(own)).toEqual(await freshVerdicts(own, records, { path: database.path, now: now() }));
      }
      await own.close();
      database.remove();
    },
  );

  test.skipIf(missing)(
    'says the same as a complete run and a fresh judgement, whatever comes',
    { timeout: 240_000 },
    async () => {
      const own = await openStore({ databaseUrl: await freshDatabase() });
      const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
      const change = fc.record({
        id: fc.integer({ min: 1, max: 6 }),
        name,
        fixed: fc.constantFrom('1.0.0', '2.0.0', '3.0.0'),
        modified: fc.integer({ min: 1, max: 20 }),
        isWithdrawn: fc.boolean(),
      });
      const image = fc.uniqueArray(fc.tuple(name, fc.constantFrom('1.0.0', '2.5.0')), {
        selector: ([n]) => n,
        maxLength: 4,
      });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(image, { minLength: 1, maxLength: 5 }),
          fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
          async (images, imports) => {
            const records: ImageRecord[] = images.map((packages, i) =>
              imageOf(
                ++round * 10 + i,
                packages.map((each) => each.join('@')),
              ),
            );
            let database: MadeDatabase = await makeDatabase({
              'a.ndjson': ndjson(advisory('CVE-2026-9', 'elsewhere')),
            });
            await own.db.deleteFrom('verdict').execute();
            await own.db.deleteFrom('record').execute();
            for (const record of records)
              await scanInto(own, record, database, `r/x-${record.image.digest.slice(-4)}:1`);
            const rejudger = new Rejudger(own, { databasePath: database.path, sliceSize: 2 });
            await rejudger.run(now);
            for (const changes of imports) {
              database = await database.add({
                'b.ndjson': ndjson(
                  ...changes.map(({ id, name: called, fixed, modified, isWithdrawn }) => {
                    const at = `2026-11-${String(modified).padStart(2, '0')}T00:00:00Z`;
                    return advisory(`CVE-2026-${id}`, called, {
                      fixed,
                      modified: at,
                      ...(isWithdrawn ? { withdrawn: at } : {}),
                    });
                  }),
                ),
              });
              await rejudger.run(now);
              const incremental = await heldVerdicts(own);
              expect(incremental).toEqual(await freshVerdicts(own, records, { path: database.path, now: now() }));
            }
            const incremental = await heldVerdicts(own);
            await own.db.updateTable('judging_state').set({ database_digest: null, database_built_at: null }).execute();
            expect((await rejudger.run(now)).noticed.kind).toBe('complete');
            expect(await heldVerdicts(own)).toEqual(incremental);
            rejudger.close();
            database.remove();
          },
        ),
        { numRuns: 12, seed: 3 },
      );
      await own.close();
    },
  );
});
