import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../../../test/make/image-builder.ts';
import { pushImage } from '../../../test/make/push-image.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../../../test/make/registry.ts';
import { type Caller, program, startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import { findEntries, openStore } from '../../server-store/index.ts';
import type { Job } from '../contract/index.ts';

/** A registry that answers when it is let. */
interface Gate {
  readonly address: string;
  readonly asked: Promise<void>;
  open(): void;
  close(): void;
}

async function startGate(registry: TestRegistry): Promise<Gate> {
  let wasAsked: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (wasAsked = resolve));
  let letIn: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (letIn = resolve));
  const server: Server = createServer((incoming, outgoing) => {
    void (async () => {
      if (incoming.url?.includes('/manifests/') === true) {
        wasAsked();
        await opened;
      }
      const through = request(`http://${registry.address}${incoming.url}`, {
        method: incoming.method,
        headers: incoming.headers,
      });
      through.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      });
      through.on('error', () => outgoing.destroy());
      through.end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    asked,
    open: letIn,
    close: () => (letIn(), server.closeAllConnections(), void server.close()),
  };
}

async function until(caller: Caller, id: string, state: Job['state']): Promise<Job> {
  for (;;) {
    const { body } = await caller<Job>('GET', `/v1/scans/${id}`);
    if (body.state === state) return body;
    if (['failed', 'cancelled', 'done'].includes(body.state))
      throw new Error(`it is ${body.state}: ${JSON.stringify(body.error)}`);
    await sleep(50);
  }
}

describe.skipIf(noRegistryReason())('scans that the server does', () => {
  let registry: TestRegistry;
  let databaseUrl: string;
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-jobs-'));
  const allowAddresses = ['127.0.0.0/8'];
  const servers: TestServer[] = [];
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    registry = await startRegistry();
    databaseUrl = await postgresServers[0]!.freshDatabase();
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    for (const server of servers) await server.close();
    await registry?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const push = (n: number): Promise<string> =>
    pushImage(registry, `shop/n${n}:1`, buildImage({ layers: [{ files: { '/etc/number': `${n}` } }] }));

  test('are shared by several processes on one database: each done once', async () => {
    const one = await startTestServer(databaseUrl, { scans: 2, allowAddresses });
    const two = await startTestServer(databaseUrl, { scans: 2, allowAddresses });
    servers.push(one, two);
    const references = await Promise.all(Array.from({ length: 6 }, (_, n) => push(n)));
    const jobs = await Promise.all(
      references.map(async (reference) => (await one.admin<Job>('POST', '/v1/scans', { reference })).body.id),
    );
    const done = await Promise.all(jobs.map((id) => until(one.admin, id, 'done')));
    expect(done.map(({ tries }) => tries)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set(done.map(({ image }) => image)).size).toBe(6);
    const kept = await findEntries(one.store, { action: 'record.keep' });
    expect(kept.items.length).toBe(6);
    const workers = await one.store.pool.use((client) => client.query('SELECT DISTINCT worker FROM scan_job'));
    expect(workers.rows.length).toBe(2);
    await Promise.all([one.close(), two.close()]);
    servers.length = 0;
  });

  test('end when somebody cancels them, and say why they failed', async () => {
    const gate = await startGate(registry);
    const server = await startTestServer(databaseUrl, { scans: 1, allowAddresses });
    servers.push(server);
    const reference = `${gate.address}/shop/n1:1`;
    const store = server.store;
    const { rows } = await store.pool.use((client) =>
      client.query<{ id: string }>(
        `INSERT INTO scan_job (reference, requested_by) VALUES ($1, '{"kind":"automation","name":"t","known":"test"}') RETURNING id`,
        [reference],
      ),
    );
    await gate.asked;
    await store.pool.use((client) =>
      client.query('UPDATE scan_job SET cancel_asked = true WHERE id = $1', [rows[0]!.id]),
    );
    const ended = await ending(store, rows[0]!.id);
    expect([ended.state, ended.error?.code]).toEqual(['cancelled', 'scan-cancelled']);
    gate.close();
    await server.close();
    servers.length = 0;
  });

  test('go on after kill -9 in the middle of one, on another server, and are kept once', async () => {
    const gate = await startGate(registry);
    const store = await openStore({ databaseUrl });
    const { rows } = await store.pool.use((client) =>
      client.query<{ id: string }>(
        `INSERT INTO scan_job (reference, requested_by) VALUES ($1, '{"kind":"automation","name":"t","known":"test"}') RETURNING id`,
        [`${gate.address}/shop/n2:1`],
      ),
    );
    const before = (await findEntries(store, { action: 'record.keep' })).items.length;
    const first = serve('first');
    await gate.asked;
    first.kill('SIGKILL');
    serve('second');
    gate.open();
    const ended = await ending(store, rows[0]!.id);
    expect([ended.state, ended.tries]).toEqual(['done', 2]);
    expect((await findEntries(store, { action: 'record.keep' })).items.length).toBe(before + 1);
    gate.close();
    await store.close();
  }, 90_000);

  function serve(name: string): ChildProcess {
    const [command, ...args] = program;
    const data = join(folder, name);
    const child = spawn(
      command!,
      [...args, 'serve', '--data', data, '--listen', '127.0.0.1:0', '--scans', '1', '--allow-address', '127.0.0.0/8'],
      { env: { PATH: process.env['PATH'], HOME: data, PLIMSOLL_DATABASE_URL: databaseUrl }, stdio: 'ignore' },
    );
    children.push(child);
    return child;
  }

  async function ending(
    store: TestServer['store'],
    id: string,
  ): Promise<{ state: string; tries: number; error: { code: string } | null }> {
    for (;;) {
      const { rows } = await store.pool.use((client) =>
        client.query<{ state: string; tries: number; error: { code: string } | null }>(
          'SELECT state, tries, error FROM scan_job WHERE id = $1',
          [id],
        ),
      );
      if (['done', 'failed', 'cancelled'].includes(rows[0]!.state)) return rows[0]!;
      await sleep(50);
    }
  }
});
