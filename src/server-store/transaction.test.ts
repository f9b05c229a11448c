import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../test/make/postgres.ts';
import { leafHash } from '../ledger/index.ts';
import { findEntries } from './ledger/read.ts';
import { LedgerWriter } from './ledger/writer.ts';
import { openStore } from './open-store.ts';
import { readSetting, writeSetting } from './service/sources.ts';
import type { Store } from './store.ts';
import { inTransaction } from './transaction.ts';

const event = (n: number) => ({
  actor: { kind: 'automation' as const, name: 'server', known: 'local' },
  action: 'record.keep' as const,
  subject: { kind: 'image', name: `image-${n}` },
});

describe.each(postgresServers)('a transaction of the store in $name', ({ missing, freshDatabase }) => {
  let store: Store;
  beforeAll(async () => {
    if (missing === undefined) store = await openStore({ databaseUrl: await freshDatabase() });
  });
  afterAll(() => store?.close());

  test.skipIf(missing)(
    'takes in what opens transactions of its own, and undoes all of it with the ledger entry',
    async () => {
      const attempt = inTransaction(store, async ({ store: inner, appendToLedger }) => {
        await inner.db.transaction().execute(async () => writeSetting(inner, 'a', 1));
        await appendToLedger([event(1)]);
        throw new Error('changed my mind');
      });
      await expect(attempt).rejects.toThrow('changed my mind');
      expect(await readSetting(store, 'a')).toBeUndefined();
      expect((await findEntries(store, {})).items).toEqual([]);
    },
  );

  test.skipIf(missing)('chains its entries with those of writers, whoever comes in between', async () => {
    const writer = new LedgerWriter(store);
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 2 === 0
          ? writer.append(event(n))
          : inTransaction(store, ({ appendToLedger }) => appendToLedger([event(n), event(n + 100)])),
      ),
    );
    await writer.append(event(50));
    await writer.close();
    const rows = await store.db
      .selectFrom('ledger_entry')
      .select(['sequence', 'body', 'hash'])
      .orderBy('sequence')
      .execute();
    expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 19 }, (_, n) => n + 1));
    for (const [i, { body, hash }] of rows.entries()) {
      expect(hash).toEqual(leafHash(body));
      if (i > 0) expect((JSON.parse(body) as { previous: string }).previous).toBe(rows[i - 1]!.hash.toString('hex'));
    }
  });
});
