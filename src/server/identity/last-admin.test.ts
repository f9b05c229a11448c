import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import { seePerson } from '../../server-store/index.ts';
import type { Person } from '../contract/index.ts';

describe.each(postgresServers)('the last administrator, on $name', ({ missing, freshDatabase }) => {
  let server: TestServer;
  beforeAll(async () => {
    if (missing === undefined) server = await startTestServer(await freshDatabase());
  });
  afterAll(() => server?.close());

  const people = async (): Promise<readonly Person[]> =>
    (await server.admin<{ items: Person[] }>('GET', '/v1/people')).body.items;
  const answerTo = async (id: string, change: object): Promise<string> => {
    const { status, body } = await server.admin('PATCH', `/v1/people/${id}`, change);
    return status === 200 ? 'changed' : body.code;
  };

  test.skipIf(missing !== undefined)('stays, also of two that are taken away at the same time', async () => {
    const ada = { known: 'oidc:https://accounts.example.com', name: 'ada', displayName: 'Ada', roles: ['admin'] };
    await seePerson(server.store, ada);
    const [first, second] = (await people()).map(({ id }) => id);
    // Both are on their way before either comes through: whoever writes there waits.
    const waiting = await server.store.pool.use(async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE');
      const both = Promise.all([answerTo(first!, { roles: ['auditor'] }), answerTo(second!, { disabled: true })]);
      for (;;) {
        // Within a transaction PostgreSQL shows the sessions of its first look again and again.
        await client.query('SELECT pg_stat_clear_snapshot()');
        const { rows } = await client.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        if (rows[0]!.n >= 2) break;
        await sleep(20);
      }
      await client.query('COMMIT');
      return { both };
    });
    expect((await waiting.both).sort()).toEqual(['changed', 'last-admin']);
    const { rows } = await server.store.pool.use((client) =>
      client.query(`SELECT name FROM person WHERE 'admin' = ANY(roles) AND NOT disabled`),
    );
    expect(rows.length).toBe(1);
  });
});
