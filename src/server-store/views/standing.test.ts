import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { digest, imageOf } from '../../../test/rejudge/fleet-store.ts';
import type { Finding, Verdict } from '../../model/index.ts';
import * as api from '../index.ts';

const day = (n: number): Date => new Date(Date.UTC(2026, 10, 20 + n));

function verdict(image: string, scope: string, result: Verdict['result']): Verdict {
  return {
    ...{ result, imageDigest: image, scope, engine: 'plimsoll 0.1.0' },
    policy: { name: 'production', digest: digest(900) },
    ...{ rules: [], violations: [], warnings: [], doubts: [], waived: [], endedWaivers: [] },
  };
}

function finding(id: string, severity: Finding['severity']): Finding {
  return { id, severity, kind: 'bloat', category: 'docs', title: id, place: { owner: 'app' } } as unknown as Finding;
}

/** As it follows from verdicts and lives, looked through anew. */
async function madeAnew({ db }: api.Store): Promise<unknown> {
  const { rows } = await sql`SELECT image,
      (SELECT coalesce(min(CASE result WHEN 'fail' THEN 0 WHEN 'cannot-tell' THEN 1 ELSE 3 END), 2)::smallint FROM verdict
        WHERE verdict.image = record.image AND until IS NULL) AS worst_rank,
      (SELECT coalesce(jsonb_object_agg(severity, n), '{}') FROM (SELECT severity, count(*) AS n FROM finding_life
        WHERE finding_life.image = record.image AND gone_at IS NULL GROUP BY severity) AS each) AS findings
    FROM record ORDER BY image`.execute(db);
  return rows;
}

async function kept({ db }: api.Store): Promise<unknown> {
  return (await sql`SELECT image, worst_rank, findings FROM image_standing ORDER BY image`.execute(db)).rows;
}

describe.each(postgresServers)('what an image is on the whole, in $name', ({ missing, freshDatabase }) => {
  let store: api.Store;
  beforeAll(async () => {
    if (missing !== undefined) return;
    store = await api.openStore({ databaseUrl: await freshDatabase() });
  });
  afterAll(() => store?.close());

  const keep = (n: number): Promise<void> =>
    api.keepRecord(store, api.bodiesOf(store), { record: imageOf(n, []), name: `shop/${n}:1`, now: day(1) });
  const judge = (n: number, result: Verdict['result'], scope = 'default', at = 2) =>
    api.keepVerdict(store, { verdict: verdict(digest(n), scope, result), scope, now: day(at) });
  const find = (n: number, findings: readonly Finding[], at: number): Promise<void> =>
    api.noteFindings(store, { record: { ...imageOf(n, []), findings }, waived: new Set(), now: day(at) });

  test.skipIf(missing)('follows its verdicts and findings, whoever changes them', async () => {
    // Judged before it is kept, as a part of a store that is restored may be.
    await judge(4, 'fail');
    await find(4, [finding('bloat-d', 'low')], 2);
    for (const n of [1, 2, 3, 4]) await keep(n);
    await judge(1, 'pass');
    await judge(1, 'cannot-tell', 'staging');
    await judge(2, 'pass');
    await find(1, [finding('bloat-a', 'high'), finding('bloat-b', 'low'), finding('bloat-c', 'low')], 2);
    expect(await kept(store)).toEqual([
      { image: digest(1), worst_rank: 1, findings: { high: 1, low: 2 } },
      { image: digest(2), worst_rank: 3, findings: {} },
      { image: digest(3), worst_rank: 2, findings: {} },
      { image: digest(4), worst_rank: 0, findings: { low: 1 } },
    ]);
    await find(1, [finding('bloat-a', 'critical'), finding('bloat-b', 'low')], 3);
    // A scope that the policy no longer has.
    await sql`UPDATE verdict SET until = since WHERE scope = 'staging'`.execute(store.db);
    await judge(2, 'fail', 'default', 3);
    expect(await kept(store)).toEqual([
      { image: digest(1), worst_rank: 3, findings: { critical: 1, low: 1 } },
      { image: digest(2), worst_rank: 0, findings: {} },
      { image: digest(3), worst_rank: 2, findings: {} },
      { image: digest(4), worst_rank: 0, findings: { low: 1 } },
    ]);
    expect(await kept(store)).toEqual(await madeAnew(store));
    // What was over before is taken away, and changes nothing of it.
    await api.pruneStore(store, day(30));
    expect(await kept(store)).toEqual(await madeAnew(store));
  });

  test.skipIf(missing)('is made anew where a backup is restored, and what turned is known there', async () => {
    for (const n of [1, 2]) await keep(n);
    await judge(1, 'pass', 'default', 40);
    await judge(1, 'fail', 'default', 41);
    await judge(2, 'pass', 'default', 40);
    await judge(2, 'pass', 'default', 41);
    const turned = (of: api.Store) => api.turnedSince(of, { since: day(0), reach: undefined, limit: 10 });
    expect((await turned(store)).map(({ image, from, to }) => [image, from, to])).toEqual([
      [digest(1), 'pass', 'fail'],
    ]);
    const parts: Buffer[] = [];
    for await (const part of api.backupStore(store, day(42))) parts.push(part);
    async function* again(): AsyncGenerator<Buffer> {
      yield* parts;
    }
    const restored = await api.restoreStore({ databaseUrl: await freshDatabase() }, again());
    expect(await kept(restored)).toEqual(await kept(store));
    expect(await turned(restored)).toEqual(await turned(store));
    await restored.close();
  });
});
