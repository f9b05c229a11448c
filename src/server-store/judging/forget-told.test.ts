import { expect, describe, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import * as api from '../index.ts';

const day = (n: number): Date => new Date(Date.UTC(2026, 10, n));

describe.each(postgresServers)('what was told, in $name', ({ missing, freshDatabase }) => {
  test.skipIf(missing)('is forgotten when it is old enough; what waits to be told is not', async () => {
    const store = await api.openStore({ databaseUrl: await freshDatabase() });
    const turnOn = (n: number): api.Turn => ({
      ...{
        at: day(n).toISOString(),
        image: `image-${n}`,
        name: 'cart',
        scope: 'default',
        before: 'pass',
        result: 'fail',
      },
      ...{ why: 'policy shop', team: null, body: {} },
    });
    await api.keepTurns(store, [turnOn(1), turnOn(2), turnOn(5)]);
    const message = (identity: string) => ({ channel: 'a', recipient: 'b', identity, body: {} });
    await api.keepMessages(store, ['sent', 'failed', 'late', 'waiting'].map(message), day(1));
    const taken = await api.takeMessages(store, { limit: 10, leaseMs: 1000, now: day(1) });
    const end = (identity: string, state: 'sent' | 'failed', n: number) =>
      api.endMessage(store, { id: taken.find((each) => each.identity === identity)!.id, state, now: day(n) });
    await end('sent', 'sent', 2);
    await end('failed', 'failed', 3);
    await end('late', 'sent', 4);
    expect(await api.forgetTold(store, day(4))).toEqual({ turns: 2, messages: 2 });
    const left = async () => [
      (await store.db.selectFrom('turn').select('image').execute()).map(({ image }) => image),
      (await store.db.selectFrom('message').select('identity').orderBy('id').execute()).map(({ identity }) => identity),
    ];
    expect(await left()).toEqual([['image-5'], ['late', 'waiting']]);
    expect(await api.forgetTold(store, day(30))).toEqual({ turns: 1, messages: 1 });
    expect(await left()).toEqual([[], ['waiting']]);
    await store.close();
  });
});
