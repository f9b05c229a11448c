import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Place } from '../../../test/cli/plimsoll.ts';
import { buildImage, buildIndex } from '../../../test/make/image-builder.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { pushImage } from '../../../test/make/push-image.ts';
import { freePort, noRegistryReason, startRegistry, type TestRegistry } from '../../../test/make/registry.ts';
import { caller, startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import type { Job, MadeToken, ProvenanceHop } from '../contract/index.ts';

describe.skipIf(noRegistryReason())('a registry that tells of what is pushed', () => {
  let server: TestServer;
  let registry: TestRegistry;
  let source: string;
  const token = async (scopes: readonly string[], teams?: readonly string[]) =>
    (await server.admin<MadeToken>('POST', '/v1/tokens', { name: 'registry', scopes, teams })).body.secret;

  beforeAll(async () => {
    server = await startTestServer(await postgresServers[0]!.freshDatabase(), {
      scans: 1,
      allowAddresses: ['127.0.0.0/8'],
    });
    const port = await freePort();
    const added = await server.admin<{ id: string }>('POST', '/v1/sources', {
      kind: 'registry',
      name: 'harbour',
      address: `127.0.0.1:${port}/shop/*`,
      team: 'shop',
      // The registry asks for a name: the job must have it from the source.
      secrets: { username: 'sailor', password: 'p:ass word' },
    });
    source = added.body.id;
    registry = await startRegistry({
      port,
      basicAuth: true,
      notifies: {
        url: `${server.url}/v1/sources/${source}/notifications`,
        token: await token(['inventory.write']),
      },
    });
  });
  afterAll(async () => {
    await registry?.stop();
    await server?.close();
  });

  async function recordOf(name: string): Promise<Record<string, unknown> | undefined> {
    const { items } = (
      await server.admin<{ items: Record<string, unknown>[] }>('GET', `/v1/images?q=${encodeURIComponent(name)}`)
    ).body;
    return items[0];
  }
  async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const found = await find();
      if (found !== undefined) return found;
      await sleep(50);
    }
  }

  test('has it scanned with the log-in of the source, its tag known and who pushed in the ledger', async () => {
    await pushImage(registry, 'shop/cart:1', buildImage({ layers: [{ files: { '/a': 'cart' } }] }));
    const kept = await until(() => recordOf('shop/cart:1'));
    const digest = String(kept['digest']);
    expect(kept).toMatchObject({ name: `${registry.address}/shop/cart:1`, team: 'shop' });
    const shown = await server.admin<{ tags: object[] }>('GET', `/v1/images/${digest}`);
    expect(shown.body.tags).toEqual([
      { repository: `${registry.address}/shop/cart`, tag: '1', since: expect.any(String) as string },
    ]);
    const jobs = await server.admin<{ items: Job[] }>('GET', '/v1/scans');
    expect(jobs.body.items.map(({ reference, state, requestedBy }) => [reference, state, requestedBy.name])).toEqual([
      [`registry:${registry.address}/shop/cart:1@${digest}`, 'done', 'inventory'],
    ]);
    const { items } = (
      await server.admin<{ items: { action: string; actor: object; subject: object }[] }>(
        'GET',
        '/v1/ledger?action=registry.push',
      )
    ).body;
    expect(items.map(({ actor, subject }) => ({ actor, subject }))).toEqual([
      {
        actor: { kind: 'automation', name: 'sailor', known: 'registry: the account that asked' },
        subject: { kind: 'image', name: digest },
      },
    ]);
    expect(
      (await server.admin<{ items: { state: string }[] }>('GET', '/v1/sources')).body.items.map(({ state }) => state),
    ).not.toContain('failing');
  });

  test('is not scanned where it lies outside what is wanted, nor twice, nor where it is a signature', async () => {
    const image = buildImage({ layers: [{ files: { '/a': 'till' } }] });
    await pushImage(registry, 'other/till:1', image);
    await pushImage(registry, `shop/till:sha256-${'a'.repeat(64)}.sig`, image);
    await pushImage(registry, 'shop/till:1', image);
    await until(() => recordOf('shop/till:1'));
    await pushImage(registry, 'shop/till:2', image);
    const pushes = await until(async () => {
      const { items } = (
        await server.admin<{ items: { details: { repository: string; tag: string } }[] }>(
          'GET',
          '/v1/ledger?action=registry.push',
        )
      ).body;
      return items.some(({ details }) => details.tag === '2') ? items : undefined;
    });
    expect(pushes.filter(({ details }) => details.repository.includes('other'))).toEqual([]);
    const jobs = await server.admin<{ items: Job[] }>('GET', '/v1/scans');
    expect(jobs.body.items.map(({ reference }) => reference.split('@')[0]!.split('/').slice(1).join('/'))).toEqual([
      'shop/till:1',
      'shop/cart:1',
    ]);
  });

  test('is scanned again when it was signed: the signature is verified at once', async () => {
    const reference = await pushImage(registry, 'shop/box:1', buildImage({ layers: [{ files: { '/a': 'box' } }] }));
    const digest = String((await until(() => recordOf('shop/box:1')))['digest']);
    const place = new Place();
    try {
      const auth = Buffer.from('sailor:p:ass word').toString('base64');
      const work = place.folder('work');
      writeFileSync(join(work, 'config.json'), JSON.stringify({ auths: { [registry.address]: { auth } } }));
      const run = async (...args: string[]): Promise<void> => {
        const { status, stderr } = await place.plimsoll(args, { env: { DOCKER_CONFIG: work } });
        expect([args, status, status === 0 ? '' : stderr]).toEqual([args, 0, '']);
      };
      await run('trust', 'keygen', 'ci');
      await run('trust', 'init', '--name', 'acme');
      await run('trust', 'enrol', 'ci', '--key', 'ci.pub', '--repository', `${registry.address}/shop/**`);
      const text = readFileSync(join(work, 'trust.yaml'), 'utf8');
      expect((await server.admin('PUT', '/v1/trust', { text, why: 'test' })).status).toBe(200);
      const signature = async (): Promise<string | undefined> => {
        const { body } = await server.admin<{ hops: ProvenanceHop[] }>('GET', `/v1/images/${digest}/provenance`);
        const hop = body.hops.find(({ kind }) => kind === 'signature');
        return hop === undefined ? undefined : `${hop.standing} ${hop.who}`;
      };
      expect(await signature()).toBe('said undefined');
      await run('sign', '--key', 'ci.key', reference);
      await until(async () => ((await signature()) === 'verified ci' ? true : undefined));
      expect((await recordOf(digest))?.['name']).toBe(reference);
      const { items } = (
        await server.admin<{ items: { why: string; subject: { name: string } }[] }>(
          'GET',
          '/v1/ledger?action=scan.request',
        )
      ).body;
      expect(items.filter(({ subject }) => subject.name.includes('box')).map(({ why }) => why)).toEqual([
        'something that may vouch for it was pushed beside it',
        'it was pushed, and has no record',
      ]);
    } finally {
      place.remove();
    }
  });

  test('knows an index and the image of this machine in it as one: the tag leads there once', async () => {
    const platform = (architecture: string) => ({ os: 'linux', architecture });
    const index = buildIndex(
      ['amd64', 'arm64'].map((each) =>
        buildImage({ platform: platform(each), layers: [{ files: { '/a': `index ${each}` } }] }),
      ),
    );
    await pushImage(registry, 'shop/many:1', index);
    const kept = await until(() => recordOf('shop/many:1'));
    const own = index.images.find((each) => each.manifest.digest === kept['digest'])!;
    expect(own.platform).toEqual(platform(process.arch === 'arm64' ? 'arm64' : 'amd64'));
    const shown = await server.admin<{ tags: { tag: string }[] }>('GET', `/v1/images/${own.manifest.digest}`);
    expect(shown.body.tags.map(({ tag }) => tag)).toEqual(['1']);
    const moves = await server.admin<{ items: { subject: { name: string } }[] }>('GET', '/v1/ledger?action=tag.move');
    expect(moves.body.items.filter(({ subject }) => subject.name.includes('many'))).toEqual([]);
    const alias = await server.store.db
      .selectFrom('image_alias')
      .selectAll()
      .where('alias', '=', index.manifest.digest);
    expect(await alias.execute()).toEqual([{ alias: index.manifest.digest, image: own.manifest.digest }]);
  });

  test('is believed with a token that may, for its own team, and the same is taken in once', async () => {
    const path = `/v1/sources/${source}/notifications`;
    const body = {
      events: [
        {
          id: 'e1',
          timestamp: '2026-11-26T10:00:00Z',
          action: 'delete',
          target: { digest: `sha256:${'c'.repeat(64)}`, repository: 'shop/gone' },
          actor: { name: 'sailor' },
        },
      ],
    };
    const type = { 'content-type': 'application/vnd.docker.distribution.events.v2+json' };
    const post = async (secret: string, sent: unknown = body, headers: Record<string, string> = type) =>
      caller(server.url, { authorization: `Bearer ${secret}` })('POST', path, sent, headers);
    expect((await caller(server.url)('POST', path, body, type)).status).toBe(401);
    expect((await post(await token(['read']))).status).toBe(403);
    expect((await post(await token(['inventory.write'], ['till']))).status).toBe(404);
    const ours = await token(['inventory.write'], ['shop']);
    // Twins at one moment, and more of them than the server has connections.
    const twins = await Promise.all(Array.from({ length: 20 }, () => post(ours)));
    expect([...new Set(twins.map(({ status, body: said }) => `${status} ${JSON.stringify(said)}`))]).toEqual([
      '200 {"events":1,"wanted":0}',
    ]);
    expect((await post(ours)).body).toEqual({ events: 1, wanted: 0 });
    const deleted = await server.admin<{ items: object[] }>('GET', '/v1/ledger?action=registry.delete');
    expect(deleted.body.items.length).toBe(1);
    expect((await post(ours, body, { 'content-type': 'application/json' })).status).toBe(415);
    const wrong = await post(ours, { events: 7 });
    expect([wrong.status, wrong.body]).toEqual([200, { events: 0, wanted: 0 }]);
  });

  test('is asked nothing that a check would have refused: errors come in words, before anything is connected', async () => {
    const add = async (kind: string, address: string, secrets = {}) => {
      const { status, body } = await server.admin('POST', '/v1/sources', { kind, name: address, address, secrets });
      return [status, body.code];
    };
    expect([
      await add('docker', 'ssh://root@node'),
      await add('docker', 'local', { token: 'x' }),
      await add('kubernetes', 'http://203.0.113.7:8080'),
      await add('kubernetes', 'kubeconfig:/etc/shadow'),
      await add('kubernetes', 'https://169.254.169.254'),
      await add('containerd', 'tcp://203.0.113.7'),
      await add('containerd', 'unix:///etc/passwd'),
      await add('registry', 'Registry.example.com/Shop'),
      await add('registry', '10.0.0.1:5000/shop/*'),
    ]).toEqual([
      [422, 'bad-docker-host'],
      [422, 'bad-source-address'],
      [422, 'bad-source-address'],
      [403, 'address-refused'],
      [403, 'address-refused'],
      [422, 'bad-source-address'],
      [403, 'address-refused'],
      [422, 'bad-source-address'],
      [403, 'address-refused'],
    ]);
  });

  test('is not connected to where a name leads into the server’s own networks by now', async () => {
    const asked: string[] = [];
    const trap = createServer((socket) => (asked.push('asked'), socket.destroy()));
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.2', resolve));
    const { port } = trap.address() as { port: number };
    const other = await startTestServer(await postgresServers[0]!.freshDatabase());
    try {
      // As if its name had led elsewhere when it was added.
      await other.store.pool.use((client) =>
        client.query(
          `INSERT INTO source (kind, name, address) VALUES ('docker', 'd', $1), ('kubernetes', 'k', $2), ('registry', 'r', $3)`,
          [`tcp://127.0.0.2:${port}`, `https://127.0.0.2:${port}`, `127.0.0.2:${port}`],
        ),
      );
      const messages = await until(async () => {
        const { items } = (await other.admin<{ items: { state: string; message?: string }[] }>('GET', '/v1/sources'))
          .body;
        return items.every(({ state }) => state === 'failing') ? items.map(({ message }) => message) : undefined;
      });
      for (const message of messages) expect(message).toContain('is an address of this machine or its networks');
      expect(asked).toEqual([]);
    } finally {
      trap.close();
      await other.close();
    }
  });
});
