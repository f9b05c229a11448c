import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../test/make/postgres.ts';
import { makeRecord } from '../../test/make/record.ts';
import type { LedgerEvent } from '../ledger/index.ts';
import * as api from './index.ts';
import { migrations } from './migrations/list.ts';
import { migrate } from './migrations/migrate.ts';
import { connectStore } from './open-store.ts';
import { passingTables, tableOrder } from './tables/order.ts';

const event: LedgerEvent = {
  actor: { kind: 'human', name: 'ada@example.com', known: 'oidc:https://accounts.example.com' },
  action: 'policy.change',
  subject: { kind: 'policy', name: 'tab\tline\n\\. "quoted" ’' },
};
const day = (n: number): Date => new Date(Date.UTC(2026, 10, n));

async function bytesOf(store: api.Store): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of api.backupStore(store, day(1))) parts.push(part);
  return Buffer.concat(parts);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe.each(postgresServers)('a store in $name', ({ name, missing, freshDatabase }) => {
  let databaseUrl: string;
  let store: api.Store;
  beforeAll(async () => {
    if (missing !== undefined) return;
    databaseUrl = await freshDatabase();
    store = await api.openStore({ databaseUrl });
    const writer = new api.LedgerWriter(store);
    await Promise.all(Array.from({ length: 600 }, () => writer.append(event)));
    await writer.close();
    const record = makeRecord();
    await api.keepRecord(store, api.bodiesOf(store), { record, name: 'shop/cart:1', now: day(1) });
    await api.noteHost(store, { kind: 'docker', name: 'node-7' }, day(1));
  });
  afterAll(() => store?.close());

  test.skipIf(missing)('moves whole by its backup to any other PostgreSQL, and goes on there', async () => {
    const backup = await bytesOf(store);
    for (const target of postgresServers.filter((each) => each.missing === undefined)) {
      const restored = await api.restoreStore({ databaseUrl: await target.freshDatabase() }, inPieces(backup, 1000));
      for (const table of tableOrder) {
        const rows = async (from: api.Store) =>
          from.pool.use(async (client) => (await client.query(`SELECT * FROM ${table}`)).rows as unknown[]);
        expect(await rows(restored), `${table}, from ${name} to ${target.name}`).toEqual(await rows(store));
      }
      const writer = new api.LedgerWriter(restored);
      expect((await writer.append(event)).sequence).toBe(601);
      await writer.close();
      expect(await api.noteHost(restored, { kind: 'docker', name: 'node-8' }, day(2))).toBe(2);
      await restored.close();
    }
  });

  test.skipIf(missing)('is restored into an empty one alone, and from a whole backup alone', async () => {
    const backup = await bytesOf(store);
    await expect(api.restoreStore({ databaseUrl }, inPieces(backup, 1 << 16))).rejects.toMatchObject({
      code: 'store-not-empty',
    });
    const empty = await freshDatabase();
    const broken: readonly (readonly [bytes: Buffer, code: string])[] = [
      [Buffer.from('root:x:0:0\n'), 'backup-unreadable'],
      [backup.subarray(0, backup.length - 10), 'backup-unreadable'],
      [backup.subarray(0, backup.length >> 1), 'backup-unreadable'],
      [
        Buffer.from(backup.toString('latin1').replace('"ledgerEntries":600', '"ledgerEntries":599'), 'latin1'),
        'backup-unreadable',
      ],
      [
        Buffer.from(backup.toString('latin1').replace('{"table":"tag"', '{"table":"pg_authid"'), 'latin1'),
        'backup-unreadable',
      ],
      [Buffer.from(`{"format":"plimsoll-store","version":1,"schema":${migrations.length + 1}}\n`), 'store-newer'],
    ];
    for (const [bytes, code] of broken)
      await expect(api.restoreStore({ databaseUrl: empty }, inPieces(bytes, 4096))).rejects.toMatchObject({ code });
    // None of them left anything behind.
    await (await api.restoreStore({ databaseUrl: empty }, inPieces(backup, 4096))).close();
  });

  test.skipIf(missing)('has in its backup every table that the migrations make', async () => {
    const { rows } = await store.pool.use((client) =>
      client.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
      ),
    );
    expect(rows.map((row) => row.name).sort()).toEqual([...tableOrder, ...passingTables, 'schema_step'].sort());
  });

  test.skipIf(missing)(
    'is brought up to date by one of many processes that start at once, from any earlier schema',
    async () => {
      for (let from = 0; from < migrations.length; from++) {
        const url = await freshDatabase();
        const old = await connectStore({ databaseUrl: url });
        await migrate(old.pool, migrations.slice(0, from));
        if (from > 0)
          await old.pool.use((client) =>
            client.query(`INSERT INTO ledger_key (id, public_key) VALUES ('kept from schema ${from}', '')`),
          );
        await old.close();
        const opened = await Promise.all(Array.from({ length: 4 }, () => api.openStore({ databaseUrl: url })));
        const steps = await opened[0]!.pool.use((client) =>
          client.query<{ number: number }>('SELECT number FROM schema_step ORDER BY number'),
        );
        expect(steps.rows.map(({ number }) => number)).toEqual(migrations.map(({ number }) => number));
        expect(await api.ledgerKeys(opened[1]!)).toEqual(
          from > 0 ? [{ id: `kept from schema ${from}`, publicKey: '' }] : [],
        );
        await Promise.all(opened.map((each) => each.close()));
      }
    },
  );

  test.skipIf(missing)('refuses a schema newer than the program, and a step that fails changes nothing', async () => {
    const url = await freshDatabase();
    const newer = await api.openStore({ databaseUrl: url });
    const next = migrations.length + 1;
    const bad = { number: next, name: 'bad', sql: 'CREATE TABLE half (a int); SELECT nonsense' };
    await expect(migrate(newer.pool, [...migrations, bad])).rejects.toMatchObject({ code: 'store-not-migrated' });
    await migrate(newer.pool, [...migrations, { ...bad, sql: 'CREATE TABLE half (a int)' }]);
    await newer.close();
    await expect(api.openStore({ databaseUrl: url })).rejects.toThrow(
      `the store has schema ${next}, made by a newer plimsoll; this one knows ${migrations.length}`,
    );
  });

  test.skipIf(missing)('loses by retention what is over, and never the ledger', async () => {
    const url = await freshDatabase();
    const pruned = await api.openStore({ databaseUrl: url });
    const bodies = api.bodiesOf(pruned);
    const image = (n: number) => {
      const made = makeRecord({ packages: [] });
      return { ...made, image: { ...made.image, digest: `sha256:${String(n).repeat(64)}` as never } };
    };
    for (const n of [1, 2, 3])
      await api.keepRecord(pruned, bodies, { record: image(n), name: `shop/${n}`, now: day(n) });
    await api.moveTag(pruned, { repository: 'shop', tag: '1', image: image(1).image.digest, now: day(1) });
    const writer = new api.LedgerWriter(pruned);
    await writer.append(event);
    await writer.close();
    expect(await api.pruneStore(pruned, day(3))).toEqual({
      records: 1,
      verdicts: 0,
      findings: 0,
      tags: 0,
      containers: 0,
      bodies: 0,
      packages: 0,
      turns: 0,
      messages: 0,
    });
    expect((await api.listRecords(pruned, { scope: 'production' })).items.map(({ name: each }) => each)).toEqual([
      'shop/1',
      'shop/3',
    ]);
    await pruned.pool.use((client) => client.query(`UPDATE body SET kept_at = '2026-11-01'`));
    expect((await api.pruneStore(pruned, day(3))).bodies).toBe(1);
    expect((await api.ledgerState(pruned)).size).toBe(1);
    await pruned.close();
  });

  test.skipIf(missing)('proves any entry, and that it only grew, from the hashes that it keeps', async () => {
    const { isConsistent, rootOfInclusion } = await import('../ledger/index.ts');
    const all = await store.db.selectFrom('ledger_entry').select('hash').orderBy('sequence').execute();
    const root = (await api.frontierAt(store, 600)).root();
    for (const sequence of [1, 2, 255, 256, 257, 512, 513, 600]) {
      const proof = await api.proveInclusion(store, sequence, 600);
      expect(rootOfInclusion({ hash: all[sequence - 1]!.hash, index: sequence - 1 }, 600, proof)).toEqual(root);
    }
    for (const size of [1, 255, 256, 300, 599]) {
      const before = { size, root: (await api.frontierAt(store, size)).root() };
      expect(isConsistent(before, { size: 600, root }, await api.proveConsistency(store, size, 600))).toBe(true);
    }
  });

  test.skipIf(missing)('finds entries by who, what and when, newest first and in pages', async () => {
    const url = await freshDatabase();
    const other = await api.openStore({ databaseUrl: url });
    const writer = new api.LedgerWriter(other);
    for (const [kind, action, subject] of [
      ['human', 'policy.change', 'a'],
      ['automation', 'policy.check', 'a'],
      ['automation', 'policyx.check', 'b'],
      ['human', 'container.exec', 'a'],
    ] as const)
      await writer.append({
        ...event,
        actor: { ...event.actor, kind },
        action: action as never,
        subject: { kind: 'x', name: subject },
      });
    await writer.close();
    const found = async (filter: api.LedgerFilter) =>
      (await api.findEntries(other, filter)).items.map(({ entry }) => entry.sequence);
    expect(await found({})).toEqual([4, 3, 2, 1]);
    expect(await found({ actorKind: 'human' })).toEqual([4, 1]);
    expect(await found({ action: 'policy.' })).toEqual([2, 1]);
    expect(await found({ subjectName: 'a', actorKind: 'automation' })).toEqual([2]);
    const { next } = await api.findEntries(other, { limit: 3 });
    expect(await found({ after: next! })).toEqual([1]);
    const times = await other.db.selectFrom('ledger_entry').select('taken_at').orderBy('sequence').execute();
    const third = new Date(times[2]!.taken_at);
    expect(await found({ since: third })).toEqual(
      times.flatMap((row, i) => (new Date(row.taken_at) >= third ? [i + 1] : [])).reverse(),
    );
    expect(await found({ since: day(1), until: day(2) })).toEqual([]);
    expect(await api.countBefore(other, new Date(Date.now() + 60_000))).toBe(4);
    await other.close();
  });
});

test('the address of a database is never shown with its password', async () => {
  for (const databaseUrl of ['mysql://u:secret@host/db', 'secret', 'postgres://u:secret@127.0.0.1:1/db'])
    await expect(api.openStore({ databaseUrl, patienceMs: 1 })).rejects.toSatisfy(
      (error: Error) => !error.message.includes('secret') && 'code' in error && String(error.code).startsWith('store-'),
    );
});
