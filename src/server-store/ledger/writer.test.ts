import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { type LedgerEvent, leafHash, originHash } from '../../ledger/index.ts';
import { openStore } from '../open-store.ts';
import type { Store } from '../store.ts';
import { readFrontier } from './kept-tree.ts';
import { ledgerId } from './ledger-id.ts';
import { LedgerWriter } from './writer.ts';

function event(n: number, more: Partial<LedgerEvent> = {}): LedgerEvent {
  return {
    actor: { kind: 'automation', name: 'ci-main', known: 'token:ci-main' },
    action: 'scan.request',
    subject: { kind: 'image', name: `shop/cart:${n}` },
    ...more,
  };
}

describe.each(postgresServers)('the ledger in $name', ({ missing, freshDatabase }) => {
  let store: Store;
  let databaseUrl: string;
  beforeAll(async () => {
    if (missing !== undefined) return;
    databaseUrl = await freshDatabase();
    store = await openStore({ databaseUrl });
  });
  afterAll(() => store?.close());

  const bodies = async (from = store) =>
    from.db.selectFrom('ledger_entry').select(['sequence', 'body', 'hash']).orderBy('sequence').execute();

  test.skipIf(missing)(
    'chains entries: each says the hash of the one before it, and is hashed as it stands',
    async () => {
      const writer = new LedgerWriter(store);
      const [first, second] = await Promise.all([
        writer.append(event(1, { from: '10.1.2.3', why: 'pushed', details: { b: [1, 'x'], a: null } })),
        writer.append(event(2, { actor: { kind: 'human', name: 'Ada\0\n', known: 'oidc:https://id' } })),
      ]);
      await writer.close();
      const id = await store.pool.use(ledgerId);
      expect((await bodies()).map(({ body }) => body)).toEqual([
        `{"action":"scan.request","actor":{"kind":"automation","known":"token:ci-main","name":"ci-main"},"details":{"a":null,"b":[1,"x"]},"from":"10.1.2.3","previous":"${originHash(id)}","sequence":1,"subject":{"kind":"image","name":"shop/cart:1"},"time":"${first.time}","why":"pushed"}`,
        `{"action":"scan.request","actor":{"kind":"human","known":"oidc:https://id","name":"Ada\\u0000\\n"},"previous":"${first.hash}","sequence":2,"subject":{"kind":"image","name":"shop/cart:2"},"time":"${second.time}"}`,
      ]);
      for (const { body, hash } of await bodies()) expect(hash).toEqual(leafHash(body));
    },
  );

  test.skipIf(missing)(
    'is written by several writers at once: no gap, no entry twice, each writer in its own order',
    async () => {
      const other = await openStore({ databaseUrl });
      const writers = [store, other, store].map((each) => new LedgerWriter(each, { maxBatch: 7 }));
      const before = (await bodies()).length;
      const done = await Promise.all(
        writers.flatMap((writer, w) =>
          Array.from({ length: 200 }, (_, i) => writer.append(event(i, { why: `writer ${w}` }))),
        ),
      );
      await Promise.all(writers.map((writer) => writer.close()));
      await other.close();
      const sequences = done.map(({ sequence }) => sequence);
      expect(sequences.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 600 }, (_, i) => before + 1 + i));
      for (let w = 0; w < 3; w++) {
        const own = sequences.slice(w * 200, (w + 1) * 200);
        expect(own).toEqual(own.toSorted((a, b) => a - b));
      }
      let previous = originHash(await store.pool.use(ledgerId));
      for (const { body, hash } of await bodies()) {
        expect((JSON.parse(body) as { previous: string }).previous).toBe(previous);
        previous = hash.toString('hex');
      }
    },
  );

  test.skipIf(missing)(
    'keeps the inner nodes of the tree: its edge read from the database is that of all entries',
    async () => {
      const { Frontier } = await import('../../ledger/index.ts');
      const all = await bodies();
      const frontier = new Frontier();
      for (const { hash } of all) frontier.append(hash);
      expect((await store.pool.use((client) => readFrontier(client, all.length))).root()).toEqual(frontier.root());
      expect(await store.db.selectFrom('ledger_node').select(['level', 'place']).execute()).toEqual([
        { level: 8, place: 0 },
        { level: 8, place: 1 },
      ]);
    },
  );

  test.skipIf(missing)(
    'refuses changes by whoever has the database, also with triggers switched off for the session',
    async () => {
      for (const sql of [
        `UPDATE ledger_entry SET body = '{}' WHERE sequence = 1`,
        'DELETE FROM ledger_entry WHERE sequence = 2',
        'TRUNCATE ledger_entry',
        'DELETE FROM ledger_node',
        'UPDATE ledger SET id = gen_random_uuid()',
      ]) {
        const refused = store.pool.use(async (client) => {
          await client.query(`SET session_replication_role = replica`);
          await client.query(sql);
        });
        await expect(refused, sql).rejects.toThrow(/the ledger only grows: (?:update|delete|truncate) of ledger/);
      }
    },
  );

  test.skipIf(missing)('refuses what is no event by name, and writes those that come with it', async () => {
    const writer = new LedgerWriter(store);
    const before = (await bodies()).length;
    const given = [
      event(1),
      event(2, { action: 'Nonsense' as never }),
      event(3, { why: 'half a character: \ud800' }),
      event(4, { details: { huge: 'x'.repeat(70_000) } }),
      event(5, { details: { number: Number.NaN } }),
      event(6, { subject: { kind: 'image', name: '' } }),
      event(7),
    ];
    const settled = await Promise.allSettled(given.map((each) => writer.append(each)));
    await writer.close();
    expect(
      settled.map((each) => (each.status === 'fulfilled' ? each.value.sequence - before : String(each.reason))),
    ).toEqual([
      1,
      'CodedError: the ledger does not take this entry: action must be words joined by dots, as policy.change, not "Nonsense"',
      'CodedError: the ledger does not take an entry that holds text with half a character (a lone surrogate)',
      'CodedError: the ledger does not take this entry: it has 70153 bytes; the most is 65536',
      'CodedError: the ledger does not take an entry that holds the number NaN, which JSON cannot say',
      'CodedError: the ledger does not take this entry: subject.name must be text of 1 to 1024 characters',
      2,
    ]);
    await expect(writer.append(event(8))).rejects.toMatchObject({ code: 'ledger-closed' });
  });
});
