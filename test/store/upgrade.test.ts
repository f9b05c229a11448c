import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { Rejudger } from '../../src/flows/rejudge/index.ts';
import {
  currentVerdict,
  exportStore,
  bodiesOf,
  getRecord,
  LedgerWriter,
  openStore,
  type Store,
  waiversInForce,
} from '../../src/server-store/index.ts';
import { migrations } from '../../src/server-store/migrations/list.ts';
import { migrate } from '../../src/server-store/migrations/migrate.ts';
import { connectStore } from '../../src/server-store/open-store.ts';
import { postgresServers } from '../make/postgres.ts';
import { makeDatabase } from '../../src/advisories/made-database.ts';
import { advisory, digest, ndjson } from '../rejudge/fleet-store.ts';

/** What a server of schema 4 kept, as pg_dump wrote it: three images, one of which runs, a waiver, a job that waits, a policy. */
const dump = readFileSync(join(import.meta.dirname, '../vectors/store/schema-4.sql'), 'utf8');

async function load(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(dump);
  await client.end();
}

/** Every row of every table, by the columns that it has. */
async function contents({ pool }: Store): Promise<ReadonlyMap<string, readonly Record<string, unknown>[]>> {
  return pool.use(async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    );
    const all = new Map<string, readonly Record<string, unknown>[]>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: Record<string, unknown> }>(
        `SELECT to_jsonb(t) AS row FROM "${name}" t ORDER BY to_jsonb(t)::text COLLATE "C"`,
      );
      all.set(
        name,
        rows.map(({ row }) => row),
      );
    }
    return all;
  });
}

/** What verdicts say was JSON of PostgreSQL's before schema 15, and is bytes since. */
function withPlainBody(row: Record<string, unknown>): Record<string, unknown> {
  const bytes = Buffer.from(String(row['body']).replace('\\x', ''), 'hex');
  return { ...row, body: JSON.parse(bytes.toString()) as unknown };
}

describe.each(postgresServers)('what an earlier version kept in $name', ({ missing, freshDatabase }) => {
  test.skipIf(missing)('is there with the new one, whole, and is worked with on', async () => {
    const databaseUrl = await freshDatabase();
    await load(databaseUrl);
    const old = await connectStore({ databaseUrl });
    const before = await contents(old);
    await old.close();
    expect(before.get('schema_step')!.length).toBe(4);

    const store = await openStore({ databaseUrl });
    const after = await contents(store);
    for (const [table, rows] of before) {
      const found = (after.get(table) ?? []).map((row) => (table === 'verdict' ? withPlainBody(row) : row));
      for (const row of rows) expect(found, table).toContainEqual(expect.objectContaining(row) as object);
      if (table !== 'schema_step') expect(found.length, table).toBe(rows.length);
    }
    const exported: unknown[] = [];
    for await (const line of exportStore(store)) {
      const { kind, body } = JSON.parse(line) as { readonly kind: string; readonly body?: unknown };
      if (kind === 'verdict') exported.push(body);
    }
    const verdicts = before.get('verdict')!.map(({ body }) => body);
    expect(exported.length).toBe(verdicts.length);
    expect(exported).toEqual(expect.arrayContaining(verdicts));
    const record = await getRecord(store, bodiesOf(store), digest(1));
    expect(record?.packages.map(({ name }) => name)).toEqual(['left', 'own-1']);
    expect((await waiversInForce(store, new Date('2026-11-22'))).map(({ id }) => id)).toEqual(['left']);

    const database = await makeDatabase({ 'a.ndjson': ndjson(advisory('CVE-2026-7', 'own-2')) });
    const rejudger = new Rejudger(store, { databasePath: database.path });
    expect(await rejudger.run(() => new Date('2026-11-26'))).toMatchObject({ judged: 3, failed: [] });
    const verdict = (await currentVerdict(store, digest(2), 'default'))?.verdict;
    expect(verdict?.violations.map(({ what }) => what)).toContainEqual(expect.stringContaining('CVE-2026-7') as string);
    rejudger.close();
    database.remove();

    const writer = new LedgerWriter(store);
    const { sequence } = await writer.append({
      actor: { kind: 'automation', name: 'ci', known: 'test' },
      action: 'store.restore',
      subject: { kind: 'store', name: 'after' },
    });
    expect(sequence).toBeGreaterThan(before.get('ledger_entry')!.length);
    await writer.close();
    await store.close();
  });

  test.skipIf(missing)('is as it was where the upgrade was cut off, and is upgraded by the next start', async () => {
    const databaseUrl = await freshDatabase();
    await load(databaseUrl);
    const old = await connectStore({ databaseUrl });
    const before = await contents(old);
    const step = migrations[4]!;
    const endless = { ...step, sql: `${step.sql}; SELECT pg_sleep(600)` };
    const cut = migrate(old.pool, [...migrations.slice(0, 4), endless]).catch((error: unknown) => error);
    const other = new pg.Client(databaseUrl);
    await other.connect();
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE wait_event = 'PgSleep' AND datname = current_database()`;
    while ((await other.query(end)).rows.length === 0) await sleep(10);
    await other.end();
    expect(await cut).toMatchObject({ code: expect.stringMatching(/^store-/) as string });
    expect(await contents(old)).toEqual(before);
    await old.close();
    const store = await openStore({ databaseUrl });
    expect((await contents(store)).get('schema_step')!.length).toBe(migrations.length);
    await store.close();
  });
});
