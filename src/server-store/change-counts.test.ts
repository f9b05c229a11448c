import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../test/make/postgres.ts';
import { makeRecord } from '../../test/make/record.ts';
import { digest, runSomewhere } from '../../test/rejudge/fleet-store.ts';
import { sql } from 'kysely';
import type { Verdict } from '../model/index.ts';
import * as api from './index.ts';

const day = (n: number): Date => new Date(Date.UTC(2026, 10, 20 + n));
const kinds = [
  'images',
  'verdicts',
  'results',
  'lives',
  'places',
  'seen',
  'bases',
  'policies',
  'people',
  'ledger',
] as const;

function verdict(image: string, scope: string, result: Verdict['result'], what = 'x'): Verdict {
  return {
    ...{ result, imageDigest: image, scope, engine: 'plimsoll 0.1.0' },
    policy: { name: 'production', digest: digest(900) },
    ...{ rules: [], violations: [], warnings: [], waived: [], endedWaivers: [] },
    doubts: [{ rule: 'r', what }],
  };
}

describe.each(postgresServers)('changes in $name', ({ missing, freshDatabase }) => {
  let databaseUrl: string;
  let store: api.Store;
  let counts: api.ChangeCounts;
  const record = makeRecord({ image: { digest: digest(1) } });
  beforeAll(async () => {
    if (missing !== undefined) return;
    databaseUrl = await freshDatabase();
    store = await api.openStore({ databaseUrl });
    counts = new api.ChangeCounts(store);
  });
  afterAll(() => store?.close());

  const keep = (n: number): Promise<void> =>
    api.keepRecord(store, api.bodiesOf(store), { record, name: 'shop/cart:1', now: day(n) });
  const judge = (scope: string, result: Verdict['result'], what?: string) =>
    api.keepVerdict(store, { verdict: verdict(digest(1), scope, result, what), scope, now: day(2) });
  const find = (findings: readonly object[]) =>
    api.noteFindings(store, { record: { ...record, findings: findings as never }, waived: new Set(), now: day(1) });
  const write = (kind: 'base' | 'policy') =>
    api.writeDocument(store, { kind, name: 'a', text: 'a', writtenBy: 'me', basedOn: 0 });
  const hostOf = (team?: string) =>
    api.noteHost(store, { kind: 'docker', name: 'node-1', ...(team === undefined ? {} : { team }) }, day(1));

  test.skipIf(missing)('are counted by what they change, and by nothing else', async () => {
    const changedBy = async (act: () => Promise<unknown>): Promise<readonly string[]> => {
      const before = await counts.read();
      await act();
      const after = await counts.read();
      return kinds.filter((kind) => before.stampOf([kind]) !== after.stampOf([kind]));
    };
    const acts: readonly (readonly [what: readonly string[], act: () => Promise<unknown>])[] = [
      [['images'], () => keep(1)],
      [['images'], () => api.noteImage(store, { record, name: 'shop/cart:1', team: 'shop' })],
      [['images'], () => api.moveTag(store, { repository: 'shop/cart', tag: '1', image: digest(1), now: day(1) })],
      [['images'], () => api.noteAlias(store, digest(77), digest(1))],
      [
        ['lives'],
        () => find([{ id: 'bloat-a', kind: 'bloat', category: 'docs', severity: 'low', place: { owner: 'app' } }]),
      ],
      [['lives'], () => find([])],
      // None is there, and none was.
      [[], () => find([])],
      [['verdicts', 'results'], () => judge('default', 'fail')],
      // It says the same, later.
      [['verdicts'], () => judge('default', 'fail')],
      // Something else, by the same word.
      [['verdicts'], () => judge('default', 'fail', 'y')],
      [['verdicts', 'results'], () => judge('default', 'pass')],
      [['verdicts', 'results'], () => judge('other', 'pass')],
      [['places', 'seen'], () => hostOf()],
      // That it was heard from, and nothing else.
      [['seen'], () => hostOf()],
      [['places', 'seen'], () => hostOf('ours')],
      [['places', 'seen'], () => runSomewhere(store, digest(1), 'production')],
      // The same report again.
      [['seen'], () => runSomewhere(store, digest(1), 'production')],
      [['bases'], () => write('base')],
      [['policies'], () => write('policy')],
      [['people'], () => api.seePerson(store, { known: 'k', name: 'n', displayName: 'N', roles: [] } as never)],
      [[], () => api.gatherCounts(store)],
      [[], () => api.listImages(store, { reach: undefined, sort: 'name' })],
      [['images'], () => sql`DELETE FROM tag`.execute(store.db)],
    ];
    for (const [n, [what, act]] of acts.entries()) expect([n, await changedBy(act)]).toEqual([n, what]);
  });

  test.skipIf(missing)(
    'are seen by whoever asks after them, however many ask, and not before they are kept',
    async () => {
      const stamp = async (): Promise<string> => (await counts.read()).stampOf(['seen']);
      for (let n = 0; n < 30; n++) {
        const before = await stamp();
        const meanwhile = [stamp(), stamp(), stamp()];
        await hostOf();
        const after = await Promise.all([stamp(), stamp()]);
        expect(after.every((each) => each !== before)).toBe(true);
        await Promise.all(meanwhile);
      }
      const before = await stamp();
      await api.inTransaction(store, async ({ store: inner }) => {
        await api.noteHost(inner, { kind: 'docker', name: 'node-9' }, day(1));
        expect(await stamp()).toBe(before);
      });
      expect(await stamp()).not.toBe(before);
    },
  );

  test.skipIf(missing)(
    'of several that write at once are all counted, and stay counted when they are gathered',
    async () => {
      const { rows: before } = await sql<{
        n: string;
      }>`SELECT sum(n) AS n FROM change_count WHERE kind = 'seen'`.execute(store.db);
      const others = await Promise.all([1, 2, 3].map(() => api.openStore({ databaseUrl, connections: 3 })));
      const writers = [store, ...others];
      await Promise.all(
        Array.from({ length: 60 }, async (_, n) => {
          if (n % 10 === 0) await api.gatherCounts(store);
          await api.noteHost(writers[n % writers.length]!, { kind: 'docker', name: `node-${n % 7}` }, day(1));
        }),
      );
      await api.gatherCounts(store);
      const { rows: after } = await sql<{
        n: string;
      }>`SELECT sum(n) AS n FROM change_count WHERE kind = 'seen'`.execute(store.db);
      expect(Number(after[0]!.n) - Number(before[0]!.n)).toBe(60);
      await Promise.all(others.map((each) => each.close()));
    },
  );
});
