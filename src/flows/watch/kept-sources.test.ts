import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import {
  addSource,
  liveEventsAfter,
  listScanJobs,
  listSources,
  openStore,
  type Store,
} from '../../server-store/index.ts';
import { checkSource, keptSources, scansByJobs } from './index.ts';

describe('sources as the server keeps them', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ databaseUrl: await postgresServers[0]!.freshDatabase() });
  });
  afterAll(() => store?.close());

  test('are opened to be watched, and say how that goes, to whoever looks too, once', async () => {
    const sealed = { token: 'sealed' };
    await addSource(store, { kind: 'kubernetes', name: 'good', address: 'https://c:6443', team: 'shop', sealed });
    await addSource(store, { kind: 'docker', name: 'spoilt', address: 'local', sealed: { ca: 'of another key' } });
    const directory = keptSources(store, ({ name, sealed: secrets }) => {
      if (name === 'spoilt') throw new Error('of another key');
      return Object.fromEntries(Object.keys(secrets).map((each) => [each, 'opened']));
    });
    const watched = await directory.list();
    expect(watched).toEqual([
      {
        id: watched[0]!.id,
        kind: 'kubernetes',
        name: 'good',
        address: 'https://c:6443',
        enabled: true,
        secrets: { token: 'opened' },
        team: 'shop',
      },
    ]);
    await directory.note(watched[0]!.id, { state: 'connected' });
    await directory.note(watched[0]!.id, { state: 'connected' });
    await directory.list();
    expect((await listSources(store)).map(({ name, state, message }) => [name, state, message])).toEqual([
      ['good', 'connected', null],
      ['spoilt', 'failing', "its secrets can't be opened: of another key"],
    ]);
    // Events show once no transaction before them runs, of other databases of the server too.
    await expect
      .poll(async () =>
        (await liveEventsAfter(store, '0-0', 100)).events.map(({ body }) => (body as { state: string }).state),
      )
      .toEqual(['failing', 'connected']);
  });

  test('have an image scanned by a job, and not by two', async () => {
    let woken = 0;
    const want = scansByJobs(store, () => woken++);
    const reference = `registry:registry.acme.dev/shop/cart@sha256:${'a'.repeat(64)}`;
    const wanted = { image: 'sha256:a', reference, hosts: [], why: 'it runs' };
    await want(wanted);
    await want(wanted);
    await want({ ...wanted, platform: 'linux/arm64' });
    const { items } = await listScanJobs(store, {});
    expect(items.map(({ reference, platform, requestedBy }) => [reference, platform, requestedBy.name])).toEqual([
      [reference, 'linux/arm64', 'inventory'],
      [reference, null, 'inventory'],
    ]);
    expect(woken).toBe(2);
  });

  test('open what only they have: the engine that runs it, the registry that they have a log-in for', async () => {
    const sealed = { password: 'sealed' };
    const own = (await addSource(store, {
      kind: 'registry',
      name: 'own',
      address: 'registry.till.dev/till/*',
      sealed,
    }))!;
    const node = (await addSource(store, {
      kind: 'docker',
      name: 'node-7',
      address: 'tcp://node-7:2375',
      sealed: {},
    }))!;
    const want = scansByJobs(store, () => undefined);
    const digest = `sha256:${'e'.repeat(64)}`;
    const on = (name: string) => [{ kind: 'docker', name }];
    for (const [reference, hosts] of [
      [`docker:${digest}`, on('node-7')],
      // An engine that nobody watches any more is not the one of this machine.
      [`docker:sha256:${'f'.repeat(64)}`, on('gone')],
      [`registry:registry.till.dev/till/app@${digest}`, on('node-7')],
      [`registry:registry.till.dev/other/app@${digest}`, on('node-7')],
    ] as const)
      await want({ image: digest, reference, hosts, why: 'it runs' });
    const { items } = await listScanJobs(store, { limit: 3 });
    expect(items.map(({ reference, source }) => [reference, source])).toEqual([
      [`registry:registry.till.dev/other/app@${digest}`, null],
      [`registry:registry.till.dev/till/app@${digest}`, own.id],
      [`docker:${digest}`, node.id],
    ]);
  });

  test('are refused where they can’t be right', () => {
    const check = (kind: 'docker' | 'kubernetes' | 'containerd' | 'registry', address: string, secrets = {}) => {
      try {
        checkSource({ kind, name: 'x', address, secrets });
        return 'taken';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect([
      check('docker', 'tcp://10.0.0.1:2376', { ca: 'x' }),
      check('docker', 'ssh://root@node'),
      check('docker', 'tcp://h:1', { clientKey: 'x' }),
      check('docker', 'local', { token: 'x' }),
      check('kubernetes', 'https://10.0.0.1:6443', { token: 'x' }),
      check('kubernetes', 'http://10.0.0.1:8080'),
      check('kubernetes', 'kubeconfig:/etc/k#prod'),
      check('containerd', 'tcp://1.2.3.4'),
      check('registry', 'registry.example.com/shop/*,base/*'),
      check('registry', 'registry.example.com/Shop'),
    ]).toEqual([
      'taken',
      'bad-docker-host',
      'bad-source-address',
      'bad-source-address',
      'taken',
      'bad-source-address',
      'taken',
      'bad-source-address',
      'taken',
      'bad-source-address',
    ]);
  });
});
