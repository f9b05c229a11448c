import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noEngineReason } from '../../../test/make/docker-engine.ts';
import { importBusybox, type OwnEngine, startOwnEngine } from '../../../test/make/own-engine.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { makeRecord } from '../../../test/make/record.ts';
import { until, type WatchedWorld, watchWorld } from '../../../test/make/watched-world.ts';
import type { LedgerEntry } from '../../ledger/index.ts';
import { bodiesOf, keepRecord, listContainers, listHosts, openStore, type Store } from '../../server-store/index.ts';
import { testSource } from './index.ts';

const missing = noEngineReason();

describe.skipIf(missing !== undefined)('watching a real Docker engine', () => {
  let engine: OwnEngine;
  let store: Store;
  let world: WatchedWorld;
  let imageId: string;
  const source = () => ({
    id: 'one',
    kind: 'docker' as const,
    name: 'node-7',
    address: engine.host,
    environment: 'production',
    secrets: {},
    enabled: true,
  });
  const running = async () =>
    (await listContainers(store, {})).items.map(({ name, imageName }) => `${name} ${imageName}`).sort();
  const entries = async (action: string) => (await world.entries()).filter((each) => each.startsWith(action)).sort();

  beforeAll(async () => {
    engine = await startOwnEngine();
    store = await openStore({ databaseUrl: await postgresServers[0]!.freshDatabase() });
    await importBusybox(engine);
    imageId = (await engine.docker(['image', 'inspect', '--format', '{{.Id}}', 'box:1'])).trim();
    await run('first', '--label', 'com.docker.compose.project=shop', '--label', 'com.docker.compose.service=cart');
    world = watchWorld(store, [source()]);
  });
  afterAll(async () => {
    await world?.stop();
    await store?.close();
    await engine?.remove();
  });
  const run = (name: string, ...options: string[]) =>
    engine.docker(['run', '--detach', '--network', 'none', '--name', name, ...options, 'box:1']);

  test('shows what runs already, with its configuration and without its secrets', async () => {
    await run(
      'second',
      '--privileged',
      '--user',
      '7',
      '--read-only',
      '--env',
      'DB_PASSWORD=hunter2secret',
      '--env',
      'A=b',
    );
    await until(running, ['first box:1', 'second box:1']);
    const { items } = await listContainers(store, {});
    const second = items.find(({ name }) => name === 'second')!;
    expect(second).toMatchObject({
      host: 'node-7',
      image: imageId,
      environment: 'production',
      verdict: 'unknown',
      silent: false,
    });
    expect(second.configuration).toMatchObject({ privileged: true, user: '7', readOnlyRoot: true, network: 'none' });
    expect((second.configuration as { variables: string[] }).variables).toEqual(
      expect.arrayContaining(['DB_PASSWORD=[redacted]', 'A=b']),
    );
    expect(items.find(({ name }) => name === 'first')!.workload).toMatchObject({
      namespace: 'shop',
      kind: 'ComposeService',
      name: 'cart',
    });
    expect(await entries('container.start')).toEqual(['container.start first', 'container.start second']);
  });

  test('has the image scanned that it does not know, from the engine, and shows it on its containers by any digest', async () => {
    await until(
      async () => world.wanted.map(({ reference, hosts }) => [reference, hosts.map(({ name }) => name)]),
      [[`docker:${imageId}`, ['node-7']]],
    );
    // As if scanned in a registry: its key is the manifest's digest, the engine knows only the configuration's.
    const made = makeRecord({ executables: [{ place: { path: '/bin/busybox', owner: 'app' } }] });
    const digest = `sha256:${'a'.repeat(64)}` as never;
    const record = {
      ...made,
      image: { ...made.image, digest, manifestDigest: digest, configDigest: imageId as never },
    };
    await keepRecord(store, bodiesOf(store), { record, name: 'box:1', now: new Date() });
    const { items } = await listContainers(store, { image: digest });
    expect(items.map(({ name }) => name).sort()).toEqual(['first', 'second']);
    expect(world.wanted.length).toBe(1);
  });

  test('tells of renames, execs, restarts and ends, but not of health checks', async () => {
    await engine.docker(['rename', 'second', 'renamed']);
    await engine.docker([
      'exec',
      'renamed',
      '/bin/busybox',
      'true',
      '--token',
      'ghp_0123456789abcdefghijABCDEFGHIJ012345',
    ]);
    await engine.docker(['cp', '/usr/bin/busybox', 'first:/busybox-brought-along']);
    await engine.docker(['exec', 'first', '/busybox-brought-along', 'true']);
    await run('healthy', '--health-cmd', '/bin/busybox true', '--health-interval', '200ms');
    await engine.docker(['run', '--rm', '--network', 'none', '--name', 'brief', 'box:1', '/bin/busybox', 'true']);
    await engine.docker(['restart', '--time', '0', 'renamed']);
    await engine.docker(['rm', '--force', 'first']);
    await until(running, ['healthy box:1', 'renamed box:1']);
    await until(
      () => entries('container.st'),
      [
        'container.start brief',
        'container.start first',
        'container.start healthy',
        'container.start renamed',
        'container.start second',
        'container.stop brief',
        'container.stop first',
        'container.stop renamed',
      ],
    );
    await until(
      async () => (await listContainers(store, {})).items.find(({ name }) => name === 'healthy')?.configuration,
      expect.objectContaining({ health: 'healthy' }),
    );
    expect(await entries('container.rename')).toEqual(['container.rename renamed']);
    expect(await entries('container.exec')).toEqual([
      'container.exec first',
      'container.exec renamed',
      'container.exec-create first',
      'container.exec-create renamed',
    ]);
    expect(await entries('container.deviate')).toEqual(['container.deviate first']);
    const bodies = await store.db
      .selectFrom('ledger_entry')
      .select('body')
      .where('action', '=', 'container.exec')
      .execute();
    const execs = bodies.map(({ body }) => (JSON.parse(body) as LedgerEntry).details!);
    expect(execs.map(({ command, broughtByImage }) => [String(command).split(' ')[0], broughtByImage])).toEqual([
      ['/bin/busybox', 'yes'],
      ['/busybox-brought-along', 'no'],
    ]);
    expect(bodies[0]!.body).toContain('[redacted]');
    expect(bodies[0]!.body).not.toContain('ghp_0123456789');
  });

  test('finds by listing again what it missed while the engine was away', async () => {
    await engine.kill();
    await until(async () => world.notes.at(-1)?.state, 'failing');
    // Ends while nobody looks: live restore keeps containers, so we end one ourselves.
    const pid = await pidOf(store, 'healthy');
    process.kill(pid, 'SIGKILL');
    await engine.start();
    await until(running, ['renamed box:1']);
    await run('third');
    await until(running, ['renamed box:1', 'third box:1']);
    expect(await entries('source.')).toEqual(['source.connect node-7', 'source.connect node-7', 'source.lose node-7']);
    expect((await entries('container.stop')).includes('container.stop healthy')).toBe(true);
    // Nothing was told twice.
    const all = await entries('container.start');
    expect(all.filter((each) => each === 'container.start renamed').length).toBe(1);
  });

  test('says so when a host is silent, and that what ran there may run no longer', async () => {
    const later = new Date(Date.now() + 3_600_000);
    expect((await listHosts(store)).map(({ name, silent }) => [name, silent])).toEqual([['node-7', false]]);
    expect((await listHosts(store, later)).map(({ silent }) => silent)).toEqual([true]);
    expect((await listContainers(store, { now: later })).items.map(({ silent }) => silent)).toEqual([true, true]);
  });

  test('says what answers, or what to mend', async () => {
    const context = { env: process.env, image: { cacheDirectory: tmpdir() }, signal: AbortSignal.timeout(60_000) };
    expect(await testSource(source(), context)).toMatch(
      /^the Docker engine at unix:\/\/.* is of version .* and runs 2 containers$/,
    );
    const nowhere = { ...source(), address: 'unix:///nowhere.sock' };
    await expect(testSource(nowhere, context)).rejects.toMatchObject({ code: 'engine-unreachable' });
  });

  async function pidOf(_: Store, name: string): Promise<number> {
    const [{ id } = { id: '' }] = (await listContainers(store, {})).items.filter((each) => each.name === name);
    const found = spawnSync('pgrep', ['-f', `containerd-shim.*${id}`], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n')[0];
    const child = spawnSync('pgrep', ['-P', found!], { encoding: 'utf8' }).stdout.trim().split('\n')[0];
    return Number(child);
  }
});
