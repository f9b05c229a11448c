import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MadeDatabase } from '../../src/advisories/made-database.ts';
import { setActivePolicy } from '../../src/flows/keep-image/index.ts';
import { Rejudger, type RejudgeOutcome } from '../../src/flows/rejudge/index.ts';
import type { ImageRecord } from '../../src/model/index.ts';
import { policyText } from '../../src/policy/index.ts';
import { decideWaiver, openStore, requestWaiver, type Store, writeDocument } from '../../src/server-store/index.ts';
import { anyImage, policyChange } from '../make/any-policy.ts';
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

const policy = (more = '') => `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: shop }
rules: { fixable-severity: { effect: fail, atLeast: high, fixedForDays: 0 } }
${more}`;

describe.each(postgresServers)('another policy in $name', ({ missing, freshDatabase }) => {
  let database: MadeDatabase;
  beforeAll(async () => {
    database = await makeDatabase({
      'a.ndjson': ndjson(
        advisory('CVE-2026-1', 'left'),
        advisory('CVE-2026-2', 'hole', { aliases: ['GHSA-aaaa-bbbb-cccc'] }),
      ),
    });
  });
  afterAll(() => database?.remove());
  const now = () => day(4);

  const opened = async (): Promise<{ store: Store; write: (text: string) => Promise<void> }> => {
    const store = await openStore({ databaseUrl: await freshDatabase() });
    await setActivePolicy(store, 'shop');
    let basedOn = 0;
    const write = async (text: string): Promise<void> => {
      await writeDocument(store, { kind: 'policy', name: 'shop', text, writtenBy: 'ada', basedOn: basedOn++ });
    };
    return { store, write };
  };
  const outline = ({ noticed, judged, turned }: RejudgeOutcome) => [noticed.kind, noticed.images, judged, turned];

  test.skipIf(missing)(
    'judges only the images that it can touch; all say by which policy they are judged',
    async () => {
      const { store, write } = await opened();
      await write(policy());
      const records = [imageOf(1, ['left@1.0.0']), imageOf(2, ['left@1.0.0']), imageOf(3, ['calm@1.0.0'])];
      const names = ['shop/cart:1', 'shop/till:1', 'desk/lamp:1'];
      for (const [i, record] of records.entries()) await scanInto(store, record, database, names[i]!);
      const rejudger = new Rejudger(store, { databasePath: database.path });
      const run = async () => {
        const came = outline(await rejudger.run(now));
        expect(await heldVerdicts(store)).toEqual(
          await freshVerdicts(store, records, { path: database.path, now: now() }),
        );
        return came;
      };
      expect(await run()).toEqual(['complete', 3, 3, 0]);

      const cart = '{ id: w, finding: CVE-2026-1, image: shop/cart, owner: a, reason: b, expires: 2026-12-31 }';
      await write(policy(`waivers: [${cart}]\n`));
      expect(await run()).toEqual(['policy', 1, 1, 1]);
      expect(await run()).toEqual(['none', 0, 0, 0]);

      await write(
        policy(
          `scopes: [{ name: desk, match: { images: ["desk/*"] }, rules: { no-shell: fail } }]\nwaivers: [${cart}]\n`,
        ),
      );
      expect(await run()).toEqual(['policy', 1, 1, 0]);

      // Only words that nobody is judged by: the digest is another all the same.
      await write(
        policy(
          `scopes: [{ name: desk, description: of the desk, match: { images: ["desk/*"] }, rules: { no-shell: fail } }]\nwaivers: [${cart}]\n`,
        ),
      );
      expect(await run()).toEqual(['policy', 0, 0, 0]);

      const till =
        'apiVersion: plimsoll.dev/v1\nkind: Waivers\nwaivers:\n  - { id: t, finding: CVE-2026-1, image: shop/till, owner: a, reason: b, expires: 2026-11-30 }\n';
      await requestWaiver(store, {
        id: 't',
        text: till,
        owner: 'a',
        reason: 'b',
        requestedBy: 'ada',
        now: day(3),
        expiresAt: day(11),
      });
      expect(await run()).toEqual(['none', 0, 0, 0]);
      await decideWaiver(store, { id: 't', state: 'approved', by: 'bob', why: 'fine', now: day(3) });
      expect(await run()).toEqual(['policy', 1, 1, 1]);

      await write(policy().replace('high', 'low'));
      expect((await run()).slice(0, 3)).toEqual(['complete', 3, 3]);
      rejudger.close();
      await store.close();
    },
  );

  test.skipIf(missing)('judges of a waiver that names no image those that have what it is about', async () => {
    const { store, write } = await opened();
    await write(policy());
    const records = [
      imageOf(1, ['left@1.0.0']),
      imageOf(2, ['hole@1.0.0', 'calm@1.0.0']),
      imageOf(3, ['calm@1.0.0']),
      imageOf(4, ['left@1.0.0', 'hole@1.0.0']),
    ];
    for (const [i, record] of records.entries()) await scanInto(store, record, database, `shop/app-${i}:1`);
    const rejudger = new Rejudger(store, { databasePath: database.path });
    const withWaiver = async (more: string, own = policy): Promise<unknown> => {
      await write(own(`waivers: [{ id: w, owner: a, reason: b, ${more} }]\n`));
      const [kind, noticed, judged] = outline(await rejudger.run(now));
      expect(await heldVerdicts(store)).toEqual(
        await freshVerdicts(store, records, { path: database.path, now: now() }),
      );
      // Back again, so that the next one is told by itself.
      await write(own());
      expect((await rejudger.run(now)).noticed.images).toBe(noticed);
      return judged === noticed ? [kind, noticed] : [kind, noticed, judged];
    };
    await rejudger.run(now);
    expect({
      advisory: await withWaiver('finding: CVE-2026-1'),
      alias: await withWaiver('finding: GHSA-aaaa-bbbb-cccc, expires: 2026-12-31'),
      over: await withWaiver('finding: CVE-2026-1, expires: 2026-11-20'),
      package: await withWaiver('package: calm'),
      version: await withWaiver('package: "hole@1.0.0", rule: "*"'),
      purl: await withWaiver('package: "pkg:npm/left"'),
      pattern: await withWaiver('package: "ho*"'),
      both: await withWaiver('finding: CVE-2026-1, package: hole'),
      unheardOf: await withWaiver('finding: CVE-1999-1'),
      rule: await withWaiver('rule: fixable-severity'),
      path: await withWaiver('path: "/srv/**"'),
    }).toEqual({
      advisory: ['policy', 2],
      alias: ['policy', 2],
      over: ['policy', 2],
      package: ['policy', 2],
      version: ['policy', 2],
      purl: ['policy', 2],
      pattern: ['policy', 2],
      both: ['policy', 1],
      unheardOf: ['policy', 0],
      rule: ['policy', 4],
      path: ['policy', 4],
    });
    // What was deleted, or belongs to another package, is in no index: where a rule asks for it all are judged.
    const deleted = (more = '') => policy(more).replace('fixedForDays: 0', 'fixedForDays: 0, countDeleted: true');
    const forbidding = (more = '') =>
      policy(more).replace('rules: {', 'rules: { forbidden-packages: { packages: [calm] },');
    await write(deleted());
    await rejudger.run(now);
    expect(await withWaiver('finding: CVE-2026-1', deleted)).toEqual(['policy', 4]);
    await write(forbidding());
    await rejudger.run(now);
    expect(await withWaiver('package: calm', forbidding)).toEqual(['policy', 4]);
    expect(await withWaiver('package: calm, rule: "fixable-*"', forbidding)).toEqual(['policy', 2]);
    expect(await withWaiver('package: left, finding: CVE-2026-1', forbidding)).toEqual(['policy', 2]);
    rejudger.close();
    await store.close();
  });

  test.skipIf(missing)('that counts what was deleted has new advisories judged for that, too', async () => {
    const { store, write } = await opened();
    await write(policy().replace('fixedForDays: 0', 'fixedForDays: 0, countDeleted: true'));
    let own = await makeDatabase({ 'a.ndjson': ndjson(advisory('CVE-2026-1', 'elsewhere')) });
    const [kept] = imageOf(1, ['gone@1.0.0']).packages;
    const packages = [{ ...kept!, place: { ...kept!.place, deletedIn: 1 } }];
    const record = imageOf(1, [], { packages });
    await scanInto(store, record, own, 'shop/cart:1');
    const rejudger = new Rejudger(store, { databasePath: own.path });
    await rejudger.run(now);
    own = await own.add({ 'b.ndjson': ndjson(advisory('CVE-2026-3', 'gone', { modified: '2026-11-22T00:00:00Z' })) });
    expect(outline(await rejudger.run(now)).slice(1)).toEqual([1, 1, 1]);
    expect(await heldVerdicts(store)).toEqual(await freshVerdicts(store, [record], { path: own.path, now: now() }));
    rejudger.close();
    await store.close();
    own.remove();
  });

  test.skipIf(missing)(
    'is written into what it does not touch by the next run, where the first was cut off',
    async () => {
      const { store, write } = await opened();
      await write(policy());
      const records = [imageOf(1, ['left@1.0.0']), imageOf(2, ['left@1.0.0'])];
      for (const record of records)
        await scanInto(store, record, database, `shop/app-${record.image.digest.slice(-1)}:1`);
      const rejudger = new Rejudger(store, { databasePath: database.path });
      await rejudger.run(now);
      await write(policy('waivers: [{ id: w, finding: CVE-2026-1, image: shop/app-1, owner: a, reason: b }]\n'));
      const ending = new AbortController();
      ending.abort();
      await expect(rejudger.run(now, ending.signal)).rejects.toThrow();
      expect(outline(await rejudger.run(now))).toEqual(['none', 0, 1, 1]);
      expect(await heldVerdicts(store)).toEqual(
        await freshVerdicts(store, records, { path: database.path, now: now() }),
      );
      rejudger.close();
      await store.close();
    },
  );

  test.skipIf(missing)('gives what judging all of them gives, whatever changes', { timeout: 240_000 }, async () => {
    const { store, write } = await opened();
    let spared = 0;
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        policyChange,
        fc.uniqueArray(anyImage, { selector: ({ reference }) => reference, minLength: 2, maxLength: 5 }),
        async ([before, after], images) => {
          await store.db.deleteFrom('verdict').execute();
          await store.db.deleteFrom('record').execute();
          await store.db.deleteFrom('tag').execute();
          await write(policyText(before));
          const records: ImageRecord[] = [];
          for (const { reference, labels, shells, packages, created } of images) {
            const n = ++round;
            const manifestDigest = digest(10 + (n % 5));
            const record = imageOf(n, packages, {
              image: { digest: digest(1000 + n), manifestDigest, labels, created },
              executables: shells.map((path) => ({ place: { path, layer: 0, owner: 'base' } })),
            });
            records.push(record);
            await scanInto(store, record, database, reference);
          }
          const rejudger = new Rejudger(store, { databasePath: database.path, sliceSize: 2 });
          await rejudger.run(now);
          await write(policyText(after));
          spared += images.length - (await rejudger.run(now)).judged;
          const held = await heldVerdicts(store);
          expect(held).toEqual(await freshVerdicts(store, records, { path: database.path, now: now() }));
          const moments = () =>
            store.db.selectFrom('judgement').select(['image', 'next_at']).orderBy('image').execute();
          const until = await moments();
          await store.db.updateTable('judging_state').set({ policy_digest: null }).execute();
          expect((await rejudger.run(now)).noticed.kind).toBe('complete');
          expect(await heldVerdicts(store)).toEqual(held);
          // Sooner than need be does no harm; later would leave a verdict standing that no longer holds.
          for (const [i, { next_at: at }] of (await moments()).entries())
            if (at !== null) expect((until[i]!.next_at ?? '9') <= at).toBe(true);
          rejudger.close();
        },
      ),
      { numRuns: 12, seed: 5 },
    );
    expect(spared).toBeGreaterThan(5);
    await store.close();
  });
});
