import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import type { LedgerProof } from '../contract/index.ts';

describe('the ledger of a running server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(await postgresServers[0]!.freshDatabase(), { treeHeadSeconds: 0.05 });
  });
  afterAll(() => server?.close());
  const heads = async (): Promise<number[]> => {
    const rows = await server.store.db.selectFrom('ledger_tree_head').select('size').orderBy('size').execute();
    return rows.map(({ size }) => size);
  };
  const verify = (query: string) => server.admin<LedgerProof & { code?: string }>('GET', `/v1/ledger/verify${query}`);

  test('is signed again and again, whenever something was added', async () => {
    const size = async () => (await server.admin<{ items: { sequence: number }[] }>('GET', '/v1/ledger?limit=1')).body;
    await expect.poll(async () => (await heads()).at(-1) === (await size()).items[0]!.sequence).toBe(true);
    const before = (await heads()).length;
    await server.admin('POST', '/v1/scans', { reference: 'a.example/b:1' });
    await expect.poll(async () => (await heads()).length).toBe(before + 1);
    // Nothing more was added: nothing more is signed.
    await verify('');
    expect((await heads()).length).toBe(before + 1);
  });

  test('is verified in parts, and each part finds what was altered in it', async () => {
    for (let n = 0; n < 8; n++) await server.admin('POST', '/v1/scans', { reference: `a.example/b:${n}` });
    const whole = (await verify('')).body;
    expect([whole.result, whole.next]).toEqual(['intact', undefined]);
    // Each part goes on to the next signed head.
    const parts = async (): Promise<{ after: number; until: number; result: string; faults: unknown[] }[]> => {
      const found = [];
      for (let after: number | undefined = 0; after !== undefined;) {
        const { body }: { body: LedgerProof } = await verify(`?after=${after}&most=4`);
        found.push({ after, until: body.entries, result: body.result, faults: body.faults.map(({ entry }) => entry) });
        after = body.next;
      }
      return found;
    };
    const intact = await parts();
    expect(intact.length).toBeGreaterThan(1);
    expect(intact.map(({ result, faults }) => [result, faults])).toEqual(intact.map(() => ['intact', []]));
    expect(intact.slice(1).map(({ after }) => after)).toEqual(intact.slice(0, -1).map(({ until }) => until));
    expect(intact.every(({ after, until }) => until >= Math.min(after + 4, whole.entries))).toBe(true);
    const beyond = await verify('?after=100000');
    expect([beyond.status, beyond.body.code]).toEqual([422, 'request-invalid']);
    await server.store.pool.use((client) =>
      client.query(`ALTER TABLE ledger_entry DISABLE TRIGGER USER;
        UPDATE ledger_entry SET body = replace(body, 'scan.request', 'scan.refused') WHERE sequence = 6;
        ALTER TABLE ledger_entry ENABLE TRIGGER USER`),
    );
    expect((await parts()).map(({ after, until, result, faults }) => [after, until, result, faults])).toEqual(
      intact.map(({ after, until }) =>
        after < 6 && until >= 6 ? [after, expect.any(Number), 'broken', [6]] : [after, until, 'intact', []],
      ),
    );
    expect((await verify('')).body).toMatchObject({ result: 'broken', faults: [{ entry: 6 }] });
  });
});
