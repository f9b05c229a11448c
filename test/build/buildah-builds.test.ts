import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { runCommand } from '../make/run-command.ts';
import { BuildPlace, busyboxBase, imageIn, noBusyboxReason } from './build-place.ts';

const missing =
  process.getuid?.() !== 0
    ? 'buildah is tried as root'
    : existsSync('/usr/bin/buildah')
      ? undefined
      : 'buildah is not installed';
const reason = missing ?? noRegistryReason() ?? noBusyboxReason();

describe.skipIf(reason !== undefined)(
  `builds by buildah${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const place = new BuildPlace();
    let registry: TestRegistry;
    let baseName: string;
    /** A store of the test's own. */
    const storage = place.at('storage.conf');

    beforeAll(async () => {
      writeFileSync(
        storage,
        `[storage]\ndriver = "overlay"\ngraphroot = "${place.folder('graph')}"\nrunroot = "${place.folder('run')}"\n`,
      );
      registry = await startRegistry();
      baseName = await pushImage(registry, 'bases/busybox:1', busyboxBase('1'));
      place.env = { ...place.env, CONTAINERS_STORAGE_CONF: storage, BUILDAH_ISOLATION: 'chroot' };
    });
    afterAll(async () => {
      await registry.stop();
      await runCommand('buildah', ['rmi', '--all', '--force'], { env: { CONTAINERS_STORAGE_CONF: storage } });
      place.remove();
    });
    const engine = ['--engine', 'buildah', '--local'];

    test('it takes secrets, comes out the same twice, and leaves nothing but its cache', async () => {
      writeFileSync(place.at('token'), 'token-9f3c01e21a7b');
      const repository = await place.repository({
        Dockerfile: `FROM ${baseName}\nCOPY . /src\nRUN --mount=type=secret,id=token test -s /run/secrets/token && date > /src/.d && rm /src/.d\nUSER 1\n`,
      });
      const args = [...engine, '--reproducible', '--secret', `id=token,src=${place.at('token')}`];
      for (const name of ['one', 'two'])
        expect(await place.build(repository.path, [...args, '-o', place.at(name)])).toMatchObject({ status: 0 });
      expect(imageIn(place.at('two')).digest).toBe(imageIn(place.at('one')).digest);
      expect(await place.rebuild(place.at('one'), ['--secret', `id=token,src=${place.at('token')}`])).toMatchObject({
        status: 0,
      });
      const buildah = (...args: string[]): Promise<string> =>
        runCommand('buildah', args, { env: { CONTAINERS_STORAGE_CONF: storage } });
      expect(await buildah('containers', '--quiet')).toBe('');
      expect((await buildah('images', '--all', '--quiet')).trim().split('\n')).toHaveLength(1);
      expect(place.leftBehind()).toEqual([]);
    });

    test('what it can not keep off the network it refuses to build so', async () => {
      const repository = await place.repository({ Dockerfile: `FROM ${baseName}\nUSER 1\n` });
      const ran = await place.build(repository.path, [...engine, '--network', 'none']);
      expect([ran.status, ran.stderr.includes('(network-not-isolated)')]).toEqual([64, true]);
    });
  },
  300_000,
);
