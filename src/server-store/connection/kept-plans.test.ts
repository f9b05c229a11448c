import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { makeRecord } from '../../../test/make/record.ts';
import { digest } from '../../../test/rejudge/fleet-store.ts';
import type { Verdict } from '../../model/index.ts';
import * as api from '../index.ts';
import { driverQuery } from './kept-plans.ts';

const image = digest(1);
const verdict: Verdict = {
  ...{ result: 'pass', imageDigest: image, scope: 'default', engine: 'plimsoll 0.1.0' },
  policy: { name: 'production', digest: digest(900) },
  ...{ rules: [], violations: [], warnings: [], doubts: [], waived: [], endedWaivers: [] },
};

test('statements have names where their plan is to be kept, the same for the same text, and only there', () => {
  const named = (text: string): string | undefined => {
    const query = driverQuery(text, [1]);
    return typeof query === 'string' ? undefined : query.name;
  };
  const text = '/* plan kept */ SELECT 1 FROM record WHERE image = $1';
  expect(driverQuery(text, [1])).toEqual({ name: named(text), text, values: [1] });
  expect(named(text)).toMatch(/^plan-[0-9a-f]{24}$/);
  expect(named('select /* plan kept */ "image" from "verdict"')).not.toBe(named(text));
  expect(named('SELECT 1 FROM record')).toBeUndefined();
  expect(named(`SELECT 1 FROM record WHERE name = '${'x'.repeat(40)}/* plan kept */'`)).toBeUndefined();
});

describe.each(postgresServers)('what is asked of one image in $name', ({ missing, freshDatabase }) => {
  let store: api.Store;
  beforeAll(async () => {
    if (missing !== undefined) return;
    store = await api.openStore({ databaseUrl: await freshDatabase(), connections: 1 });
    const record = makeRecord({ image: { digest: image } });
    await api.keepRecord(store, api.bodiesOf(store), { record, name: 'shop/cart:1', now: new Date('2026-11-20') });
    await api.keepVerdict(store, { verdict, scope: 'default', now: new Date('2026-11-20') });
  });
  afterAll(() => store?.close());

  const ask = async (): Promise<unknown> => ({
    row: (await api.listImages(store, { reach: undefined, sort: '-kept', image, limit: 1 })).items[0]?.name,
    other: (await api.listImages(store, { reach: undefined, sort: '-kept', image: digest(2), limit: 1 })).items,
    isReached: [await api.isImageReached(store, image, undefined), await api.isImageReached(store, image, ['shop'])],
    verdicts: (await api.currentVerdicts(store, image)).map(({ verdict: { scope, result } }) => [scope, result]),
    tags: await api.tagLives(store, image),
    findings: [await api.findingsOf(store, image), await api.findingPasts(store, image)],
  });
  const answer = {
    ...{ row: 'shop/cart:1', other: [], isReached: [true, false], verdicts: [['default', 'pass']], tags: [] },
    findings: [[], []],
  };

  test.skipIf(missing !== undefined)('is planned once for a connection', async () => {
    expect(await ask()).toEqual(answer);
    const plans = async (): Promise<readonly { name: string; n: number }[]> =>
      (
        await sql<{ name: string; n: number }>`SELECT name, generic_plans + custom_plans AS n
          FROM pg_prepared_statements WHERE name LIKE 'plan-%' ORDER BY name`.execute(store.db)
      ).rows;
    const before = await plans();
    expect(before.length).toBe(7);
    for (let i = 0; i < 10; i++) expect(await ask()).toEqual(answer);
    const after = await plans();
    expect(after.map(({ name }) => name)).toEqual(before.map(({ name }) => name));
    expect(after.every(({ n }, i) => n > before[i]!.n)).toBe(true);
  });

  test.skipIf(missing !== undefined)(
    'is answered by a connection that was open before a migration, and in a transaction',
    async () => {
      await ask();
      for (const table of ['record', 'verdict', 'finding_life', 'finding_past', 'tag', 'image_fact'])
        await sql`ALTER TABLE ${sql.table(table)} ADD COLUMN later text, ADD COLUMN latest int NOT NULL DEFAULT 1`.execute(
          store.db,
        );
      expect(await ask()).toEqual(answer);
      await api.inTransaction(store, async ({ store: inner }) => {
        expect((await api.currentVerdicts(inner, image)).length).toBe(1);
      });
    },
  );

  test.skipIf(missing !== undefined)('begins anew on a connection that takes the place of a lost one', async () => {
    await ask();
    const lost = store.pool.use((client) => client.query('SELECT pg_terminate_backend(pg_backend_pid())'));
    await expect(lost).rejects.toThrow(/can't be reached/);
    expect(await ask()).toEqual(answer);
  });
});
