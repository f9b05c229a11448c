import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Http2Server } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage, type BuiltImage } from '../../../test/make/image-builder.ts';
import { writeOciArchive } from '../../../test/make/image-files.ts';
import { runCommand } from '../../../test/make/run-command.ts';
import { testCache } from '../../../test/make/test-cache.ts';
import { inventorySources, type Observation } from '../../inventory/index.ts';
import { testSource } from './index.ts';
import { sourceContext } from './watch-source.ts';

const isMissing = process.getuid?.() !== 0 || !existsSync('/usr/bin/containerd') || !existsSync('/usr/bin/ctr');
const world = { env: process.env, image: { cacheDirectory: tmpdir() } };

describe.skipIf(isMissing)('watching a real containerd', () => {
  let folder: string;
  let socket: string;
  let daemon: ChildProcess;
  let built: BuiltImage;
  const ctr = (...args: string[]): Promise<string> => runCommand('ctr', ['-a', socket, '-n', 'shop', ...args]);

  beforeAll(async () => {
    folder = mkdtempSync(join(testCache('engine'), 'ctd-'));
    socket = join(folder, 's');
    writeFileSync(
      join(folder, 'config.toml'),
      `version = 2\nroot = "${folder}/root"\nstate = "${folder}/state"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\n  address = "${socket}"\n`,
    );
    daemon = spawn('containerd', ['-c', join(folder, 'config.toml')], { stdio: 'ignore' });
    for (let i = 0; i < 200 && !existsSync(socket); i++) await sleep(50);
    built = buildImage({
      layers: [{ files: { '/bin/busybox': { mode: 0o755, content: readFileSync('/usr/bin/busybox') } } }],
      config: { Env: ['API_TOKEN=hunter2secret'] },
    });
    await ctr(
      'images',
      'import',
      '--base-name',
      'box',
      writeOciArchive(join(folder, 'box.tar'), [{ name: '1', built }]),
    );
    for (const name of ['first', 'second'])
      await ctr(
        'run',
        '--detach',
        '--label',
        `plimsoll.dev/team=${name}`,
        'box:1',
        name,
        '/bin/busybox',
        'sleep',
        '100000',
      );
    await ctr('container', 'create', 'box:1', 'never-started', '/bin/busybox', 'true');
  });
  afterAll(async () => {
    for (const name of ['first', 'second']) await ctr('task', 'rm', '--force', name).catch(() => undefined);
    daemon?.kill('SIGTERM');
    for (let i = 0; i < 200 && daemon?.exitCode === null && daemon.signalCode === null; i++) await sleep(50);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  test('tells what has a task that runs, by the digest of its image, without its secrets', async () => {
    const settings = { kind: 'containerd' as const, name: 'node-9', address: `unix://${socket}`, secrets: {} };
    const first = await firstList(settings);
    expect(first.containers.map(({ id, imageIds, team }) => [id, imageIds, team])).toEqual([
      ['shop/first', [built.manifest.digest], 'first'],
      ['shop/second', [built.manifest.digest], 'second'],
    ]);
    expect(first.containers[0]!.configuration).toMatchObject({ user: '0', readOnlyRoot: false });
    expect(first.containers[0]!.configuration.variables).toContain('API_TOKEN=[redacted]');
    await ctr('task', 'kill', '--signal', 'SIGKILL', 'second');
    for (
      let i = 0;
      i < 100 && (await ctr('task', 'ls')).includes('RUNNING') && (await firstList(settings)).containers.length > 1;
      i++
    )
      await sleep(50);
    expect((await firstList(settings)).containers.map(({ id }) => id)).toEqual(['shop/first']);
    const context = { ...world, signal: AbortSignal.timeout(60_000) };
    expect(await testSource(settings, context)).toMatch(
      /^containerd at unix:\/\/.* is of version .* and runs 1 containers$/,
    );
  });
});

describe('a containerd that lies', () => {
  const servers: Http2Server[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-liar-'));
  afterAll(() => {
    servers.forEach((each) => each.close());
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['half a message', Buffer.from([0, 0, 0, 1, 0, 1])],
    ['no message', Buffer.from([0, 0, 0, 0, 1, 0x0b])],
    ['a compressed one', Buffer.from([1, 0, 0, 0, 0])],
  ])('is refused for %s', async (name, body) => {
    const socket = join(folder, name.replaceAll(' ', '-'));
    const server = createServer();
    servers.push(server);
    server.on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(body);
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const settings = { kind: 'containerd' as const, name: 'liar', address: `unix://${socket}`, secrets: {} };
    await expect(firstList(settings)).rejects.toMatchObject({ code: 'bad-source-answer' });
  });

  test('is said to be away where nobody listens', async () => {
    const settings = { kind: 'containerd' as const, name: 'away', address: 'unix:///nowhere.sock', secrets: {} };
    await expect(firstList(settings)).rejects.toMatchObject({ code: 'containerd-unreachable' });
  });
});

async function firstList(settings: Parameters<typeof testSource>[0]): Promise<Extract<Observation, { kind: 'all' }>> {
  const ending = new AbortController();
  try {
    for await (const told of inventorySources.containerd.watch(settings, sourceContext(world, ending.signal)))
      if (told.kind === 'all') return told;
  } finally {
    ending.abort();
  }
  throw new Error('it ends without a list');
}
