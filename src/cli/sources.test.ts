import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dockerEngine, noEngineReason } from '../../test/make/docker-engine.ts';
import { postgresServers } from '../../test/make/postgres.ts';
import { runCommand } from '../../test/make/run-command.ts';
import { program, startTestServer, type TestServer } from '../../test/make/test-server.ts';
import type { MadeToken, Permission } from '../server/contract/index.ts';
import { addSource } from '../server-store/index.ts';

describe('plimsoll sources, with a real server', () => {
  let server: TestServer;
  let token: string;
  beforeAll(async () => {
    server = await startTestServer(await postgresServers[0]!.freshDatabase(), { allowAddresses: ['10.0.0.0/8'] });
    const scopes: Permission[] = ['read', 'source.write'];
    token = (await server.admin<MadeToken>('POST', '/v1/tokens', { name: 'sources', scopes })).body.secret;
  });
  afterAll(() => server?.close());
  const cli = (...args: string[]): Promise<string> =>
    runCommand(program[0]!, [program[1]!, 'sources', ...args], {
      env: { PLIMSOLL_SERVER: server.url, PLIMSOLL_TOKEN: token, HOME: server.folder },
    });
  const failure = (...args: string[]): Promise<string> =>
    cli(...args).then(
      () => 'none',
      (error: Error) => error.message,
    );

  test('adds, lists and removes, and never tells a secret', async () => {
    expect(await cli('list')).toBe('no sources yet: plimsoll sources add NAME docker unix:///var/run/docker.sock\n');
    const file = join(server.folder, 'token.txt');
    writeFileSync(file, 'eyJ-the-token\n');
    expect(
      await cli(
        'add',
        'cluster-1',
        'kubernetes',
        'https://10.0.0.1:6443',
        '--secret',
        `token=${file}`,
        '--team',
        'shop',
      ),
    ).toBe('added cluster-1; plimsoll sources list shows what it comes to\n');
    // Whether it was asked already depends on the machine; that it did not answer does not.
    expect(await cli('list')).toMatch(
      /^cluster-1 {2}kubernetes https:\/\/10\.0\.0\.1:6443 {2}\(shop\)\n {2}(?:new|failing), 0 containers, never heard from\n/,
    );
    expect(await cli('list', '--format', 'json')).not.toContain('eyJ');
    expect(await failure('add', 'x', 'kubernetes', 'http://10.0.0.1')).toContain('bad-source-address');
    expect(await failure('add', 'x', 'podman', 'unix:///x')).toContain(
      'kinds are docker, kubernetes, containerd, registry',
    );
    expect(await failure('remove', 'nothing')).toContain('has no source called nothing');
    expect(await cli('remove', 'cluster-1')).toBe('removed cluster-1\n');
  });

  test.skipIf(noEngineReason() !== undefined)('a container that is started appears in the server’s list', async () => {
    const { host, docker } = await dockerEngine();
    expect(await cli('test', 'docker', host)).toMatch(
      /^the Docker engine at unix:\S+ is of version \S+ and runs \d+ containers\n$/,
    );
    // The server takes sockets in /run alone, where ours is not.
    await addSource(server.store, {
      kind: 'docker',
      name: 'node-7',
      address: host,
      environment: 'production',
      sealed: {},
    });
    const name = `plimsoll-sources-${process.pid}`;
    await runCommand('sh', [
      '-c',
      'mkdir -p "$1/bin" && cp /usr/bin/busybox "$1/bin/" && tar -cf "$1.tar" -C "$1" .',
      'sh',
      join(server.folder, 'box'),
    ]);
    await docker(['import', join(server.folder, 'box.tar'), `${name}:1`]);
    try {
      await docker([
        'run',
        '--detach',
        '--network',
        'none',
        '--name',
        name,
        `${name}:1`,
        '/bin/busybox',
        'sleep',
        '1000',
      ]);
      const shown = async () =>
        (
          await server.admin<{ items: { name: string; environment: string; verdict: string; silent: boolean }[] }>(
            'GET',
            '/v1/containers',
          )
        ).body.items
          .filter((each) => each.name === name)
          .map(({ environment, verdict, silent }) => ({ environment, verdict, silent }));
      for (let i = 0; i < 300 && (await shown()).length === 0; i++) await sleep(100);
      expect(await shown()).toEqual([{ environment: 'production', verdict: 'unknown', silent: false }]);
      const jobs = async () =>
        (await server.admin<{ items: { reference: string }[] }>('GET', '/v1/scans')).body.items.map(
          ({ reference }) => reference,
        );
      const id = (await docker(['image', 'inspect', '--format', '{{.Id}}', `${name}:1`])).trim();
      for (let i = 0; i < 300 && !(await jobs()).includes(`docker:${id}`); i++) await sleep(100);
      expect(await jobs()).toContain(`docker:${id}`);
      expect(await cli('list')).toMatch(
        /^node-7 {2}docker \S+ {2}\(production\)\n {2}connected, \d+ containers?, last heard from /,
      );
    } finally {
      await docker(['rm', '--force', name]);
      await docker(['rmi', '--force', `${name}:1`]);
    }
  });
});
