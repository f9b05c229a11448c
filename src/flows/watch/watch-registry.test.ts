import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage } from '../../../test/make/image-builder.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { pushImage } from '../../../test/make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../../../test/make/registry.ts';
import { type Observation, inventorySources, type SourceSettings } from '../../inventory/index.ts';
import { openStore, type Store, tagHistory } from '../../server-store/index.ts';
import { noteNotifications, testSource } from './index.ts';
import { TakeIn } from './take-in.ts';
import { sourceContext } from './watch-source.ts';

const world = { env: process.env, image: { cacheDirectory: tmpdir() } };

describe.skipIf(noRegistryReason() !== undefined)('watching a real registry', () => {
  let registry: TestRegistry;
  const digests = new Map<string, string>();
  beforeAll(async () => {
    registry = await startRegistry({ basicAuth: true });
    for (const name of ['shop/cart:1', 'shop/cart:2', 'shop/till:1', 'base/debian:13'])
      digests.set(name, await pushImage(registry, name, image(name)));
  });
  afterAll(() => registry?.stop());
  const settings = (address: string): SourceSettings => ({
    kind: 'registry',
    name: 'registry',
    address,
    secrets: { username: registry.credentials!.username, password: registry.credentials!.password },
  });

  test('tells all tags and where they lead, of what is wanted', async () => {
    const told = async (address: string) =>
      (await firstRound(settings(address))).filter(({ kind }) => kind !== 'heard');
    const at = registry.address;
    const tag = (repository: string, name: string) => ({
      kind: 'tag',
      repository: `${at}/${repository}`,
      tag: name,
      image: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
    });
    expect(await told(at)).toEqual([
      tag('base/debian', '13'),
      { kind: 'tags', repository: `${at}/base/debian`, tags: ['13'] },
      tag('shop/cart', '1'),
      tag('shop/cart', '2'),
      { kind: 'tags', repository: `${at}/shop/cart`, tags: ['1', '2'] },
      tag('shop/till', '1'),
      { kind: 'tags', repository: `${at}/shop/till`, tags: ['1'] },
    ]);
    expect((await told(`${at}/shop/*`)).flatMap((each) => (each.kind === 'tags' ? [each.repository] : []))).toEqual([
      `${at}/shop/cart`,
      `${at}/shop/till`,
    ]);
    expect((await told(`${at}/base/debian`)).length).toBe(2);
    expect((await told(`${at}/none/such`)).length).toBe(0);
  });

  test('says what answers, or that the log-in is wrong', async () => {
    const context = { ...world, signal: AbortSignal.timeout(60_000) };
    expect(await testSource(settings(registry.address), context)).toBe(
      `${registry.address} answers and has 3 repositories that we may see`,
    );
    const wrong = { ...settings(registry.address), secrets: { username: 'sailor', password: 'wrong' } };
    await expect(testSource(wrong, context)).rejects.toMatchObject({ code: 'registry-denied' });
    expect(() => inventorySources.registry.check({ ...wrong, address: 'Shop/Cart' })).toThrow(
      /names no registry|no name/,
    );
  });
});

describe('a registry that lies', () => {
  const servers: Server[] = [];
  afterAll(() => servers.forEach((each) => each.close()));
  async function serve(answer: (url: string) => { body: string; link?: string }): Promise<SourceSettings> {
    const server = createServer((request, response) => {
      const { body, link } = answer(request.url ?? '');
      response.writeHead(200, { 'content-type': 'application/json', ...(link === undefined ? {} : { link }) });
      response.end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    return { kind: 'registry', name: 'liar', address: `127.0.0.1:${port}`, secrets: {} };
  }

  test('is not followed in circles, to other places, or into other paths', async () => {
    const circle = await serve(() => ({ body: '{"repositories":["a"]}', link: '</v2/_catalog?last=a>; rel="next"' }));
    await expect(firstRound(circle)).rejects.toMatchObject({ code: 'bad-registry-answer' });
    const asked: string[] = [];
    const paths = await serve((url) => {
      asked.push(url);
      return url.includes('_catalog') && !url.includes('last')
        ? {
            body: '{"repositories":["../../admin","a/../b","UP"]}',
            link: '<http://127.0.0.1:1/v2/_catalog?last=x>; rel="next"',
          }
        : { body: '{"repositories":[]}' };
    });
    await firstRound(paths);
    expect(asked).toEqual(['/v2/_catalog?n=500', '/v2/_catalog?last=x']);
    const wrong = await serve(() => ({ body: '{"repositories":{"a":1}}' }));
    await expect(firstRound(wrong)).rejects.toMatchObject({ code: 'bad-registry-answer' });
    const huge = await serve(() => ({ body: `{"repositories":["${'a'.repeat(5 << 20)}"]}` }));
    await expect(firstRound(huge)).rejects.toMatchObject({ code: 'too-large' });
  });
});

describe('what a registry tells by itself', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ databaseUrl: await postgresServers[0]!.freshDatabase() });
  });
  afterAll(() => store?.close());

  test('moves tags and goes to the ledger with who it was', async () => {
    const events: { action: string; actor: { name: string; kind: string } }[] = [];
    const source = {
      id: '1',
      kind: 'registry' as const,
      name: 'registry',
      address: 'registry.acme.dev',
      secrets: {},
      enabled: true,
    };
    const ledger = { append: async (event: (typeof events)[number]) => void events.push(event) };
    const body = Buffer.from(
      JSON.stringify({
        events: [
          event('push', '1'),
          event('pull'),
          { action: 7 },
          event('push', undefined, 'application/octet-stream'),
        ],
      }),
    );
    const wanted: string[] = [];
    const world = {
      ...{ store, ledger: ledger as never },
      wantScan: async ({ reference }: { reference: string }) => void wanted.push(reference),
    };
    expect(await noteNotifications(world, source, body)).toEqual({ events: 2, wanted: 1 });
    expect(wanted).toEqual([`registry:registry.acme.dev/shop/cart:1@sha256:${'b'.repeat(64)}`]);
    expect(events.map(({ action, actor }) => [action, actor.name])).toEqual([
      ['registry.push', 'ci-bot'],
      ['registry.pull', 'ci-bot'],
    ]);
    expect(
      (await tagHistory(store, 'registry.acme.dev/shop/cart', '1')).map(({ image, until }) => [image, until]),
    ).toEqual([[`sha256:${'b'.repeat(64)}`, null]]);
    await expect(noteNotifications(world, source, Buffer.from('{'))).rejects.toMatchObject({
      code: 'bad-source-answer',
    });
  });

  test('forgets the tags that a listing no longer has', async () => {
    const source = {
      id: '1',
      kind: 'registry' as const,
      name: 'registry',
      address: 'registry.acme.dev',
      secrets: {},
      enabled: true,
    };
    const said: string[] = [];
    const ledger = { append: async ({ action }: { action: string }) => void said.push(action) };
    const takeIn = new TakeIn({ store, ledger } as never, source, 60);
    const repository = 'registry.acme.dev/shop/cart';
    await takeIn.take({ kind: 'tag', repository, tag: '2', image: `sha256:${'c'.repeat(64)}` });
    await takeIn.take({ kind: 'tags', repository, tags: ['2'] });
    expect((await tagHistory(store, repository, '1'))[0]!.until).not.toBeNull();
    expect((await tagHistory(store, repository, '2'))[0]!.until).toBeNull();
    expect(said).toEqual(['tag.remove']);
  });
});

/** As distribution sends it (notifications.md). */
function event(action: string, tag?: string, mediaType = 'application/vnd.docker.distribution.manifest.v2+json') {
  return {
    id: '320678d8',
    timestamp: '2026-11-09T14:44:26.402973972-08:00',
    action,
    target: {
      mediaType,
      digest: `sha256:${'b'.repeat(64)}`,
      repository: 'shop/cart',
      ...(tag === undefined ? {} : { tag }),
    },
    request: { id: '6df24a34', addr: '192.168.64.11:42961', method: 'PUT' },
    actor: { name: 'ci-bot' },
    source: { addr: 'registry:5000' },
  };
}

function image(name: string) {
  return buildImage({ layers: [{ files: { '/name': name } }] });
}

async function firstRound(settings: SourceSettings): Promise<Observation[]> {
  const ending = new AbortController();
  const told: Observation[] = [];
  const context = sourceContext(world, ending.signal);
  const watch = inventorySources.registry.watch(settings, context);
  // Ends where it begins to wait for the next round.
  try {
    for (;;) {
      const next = await Promise.race([watch.next(), sleep(3000, undefined)]);
      if (next === undefined || next.done === true) break;
      told.push(next.value);
    }
  } finally {
    ending.abort();
  }
  return told;
}
