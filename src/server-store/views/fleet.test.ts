import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { makeRecord } from '../../../test/make/record.ts';
import type { Verdict } from '../../model/index.ts';
import * as api from '../index.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
/** Noon, so many days before today, by the clock that PostgreSQL has. */
const daysAgo = (n: number): Date => new Date(Math.floor(Date.now() / 86_400_000 - n) * 86_400_000 + 43_200_000);

function verdict(image: string, scope: string, result: Verdict['result']): Verdict {
  return {
    result,
    imageDigest: image,
    policy: { name: 'production', digest: digest('f') },
    scope,
    databaseDigest: digest('e'),
    engine: 'plimsoll 0.1.0',
    ...{ rules: [], violations: [], warnings: [], doubts: [], waived: [], endedWaivers: [] },
  };
}

describe.each(postgresServers)('what ran day by day, in $name', ({ missing, freshDatabase }) => {
  let store: api.Store;
  beforeAll(async () => {
    if (missing !== undefined) return;
    store = await api.openStore({ databaseUrl: await freshDatabase() });
  });
  afterAll(() => store?.close());

  test.skipIf(missing)('is counted by what each image was judged to be then, in its worst scope', async () => {
    const image = digest('a');
    const made = makeRecord({});
    await api.keepRecord(store, api.bodiesOf(store), {
      record: { ...made, image: { ...made.image, digest: image as never } },
      ...{ name: 'shop/cart:1', now: daysAgo(4) },
    });
    const judge = (result: Verdict['result'], scope: string, n: number) =>
      api.keepVerdict(store, { verdict: verdict(image, scope, result), scope, now: daysAgo(n) });
    await judge('pass', 'production', 3);
    await judge('cannot-tell', 'staging', 3);
    await judge('pass', 'staging', 2);
    await judge('fail', 'production', 1);
    const host = await api.noteHost(store, { kind: 'docker', name: 'node-1' }, daysAgo(4));
    const container = (id: string, key: string, n: number): api.ContainerReport => ({
      ...{ id, name: id, imageIds: [key], imageName: id, team: id, since: daysAgo(n) },
    });
    const unknown = container('ship', digest('b'), 2);
    await api.noteContainers(store, host, { containers: [container('cart', image, 4)], now: daysAgo(4) });
    await api.noteContainers(store, host, { containers: [container('cart', image, 4), unknown], now: daysAgo(2) });
    await api.noteContainers(store, host, { containers: [unknown], now: daysAgo(0) });
    const trend = async (reach?: readonly string[]) =>
      (await api.readTrend(store, { days: 5, reach })).map(({ counts }) => counts);
    expect((await trend()).slice(0, 4)).toEqual([
      { unknown: 1 },
      { 'cannot-tell': 1 },
      { pass: 1, unknown: 1 },
      { fail: 1, unknown: 1 },
    ]);
    expect((await trend(['ship'])).slice(0, 4)).toEqual([{}, {}, { unknown: 1 }, { unknown: 1 }]);
  });
});
