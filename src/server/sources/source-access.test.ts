import { rmSync, symlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noEngineReason } from '../../../test/make/docker-engine.ts';
import { importBusybox, type OwnEngine, startOwnEngine } from '../../../test/make/own-engine.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import type { Container, Job } from '../contract/index.ts';

describe.skipIf(noEngineReason())('an engine that the server watches', () => {
  // Where the server takes sockets; this machine's own engine, where it has one, is at another.
  const socket = `/run/plimsoll-test-${process.pid}.sock`;
  let engine: OwnEngine;
  let server: TestServer;
  beforeAll(async () => {
    engine = await startOwnEngine();
    symlinkSync(engine.socket, socket);
    await importBusybox(engine);
    server = await startTestServer(await postgresServers[0]!.freshDatabase(), { scans: 1 });
  });
  afterAll(async () => {
    await server?.close();
    rmSync(socket, { force: true });
    await engine?.remove();
  });

  async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const found = await find();
      if (found !== undefined) return found;
      await sleep(50);
    }
  }
  const finished = (id: string): Promise<Job> =>
    until(async () => {
      const { body } = await server.admin<Job>('GET', `/v1/scans/${id}`);
      return ['done', 'failed'].includes(body.state) ? body : undefined;
    });

  test('has what only it holds scanned by itself: a container that starts gets its verdict', async () => {
    const source = { kind: 'docker', name: 'node-7', address: `unix://${socket}`, team: 'shop' };
    expect((await server.admin('POST', '/v1/sources', source)).status).toBe(201);
    await engine.docker(['run', '-d', '--name', 'sleeper', 'box:1']);
    const judged = await until(async () => {
      const { body } = await server.admin<{ items: Container[] }>('GET', '/v1/containers');
      return body.items.find(({ verdict }) => verdict !== 'unknown');
    });
    expect(judged).toMatchObject({ name: 'sleeper', host: 'node-7', team: 'shop', imageName: 'box:1' });
    const { body } = await server.admin<{ items: Job[] }>('GET', '/v1/scans');
    expect(body.items.map(({ state, reference }) => [state, reference])).toEqual([['done', `docker:${judged.image}`]]);
  });

  test('is asked by its name by whoever reaches it, and by nobody else', async () => {
    const asked = { reference: 'docker:box:1', source: 'node-7' };
    const theirs = await server.withToken(['scan', 'read'], ['till']);
    const refused = await theirs('POST', '/v1/scans', asked);
    expect([refused.status, refused.body.code]).toEqual([404, 'not-found']);
    const ours = await server.withToken(['scan', 'read'], ['shop']);
    const job = await ours<Job>('POST', '/v1/scans', asked);
    expect(job.status).toBe(202);
    expect((await finished(job.body.id)).state).toBe('done');
  });

  test('is not asked when it is no longer a source', async () => {
    const { body } = await server.admin<{ items: { id: string }[] }>('GET', '/v1/sources');
    // Taken away while the scan waits: no worker has it yet.
    await server.store.pool.use((client) =>
      client.query(`INSERT INTO scan_job (reference, source, requested_by) VALUES ('docker:box:1', $1, $2)`, [
        `${body.items[0]!.id.slice(0, -4)}0000`,
        { kind: 'automation', name: 'test', known: 'test' },
      ]),
    );
    const job = await until(async () => {
      const { body: jobs } = await server.admin<{ items: Job[] }>('GET', '/v1/scans?state=failed');
      return jobs.items[0];
    });
    expect(job.error?.code).toBe('source-missing');
  });
});
