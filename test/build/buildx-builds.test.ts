import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { type BuildKit, noBuildKitReason, startBuildKit } from '../make/buildkit.ts';
import { dockerConfigWithBuildx, noBuildxReason } from '../make/buildx.ts';
import { type DockerEngine, dockerEngine, noEngineReason } from '../make/docker-engine.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { runCommand } from '../make/run-command.ts';
import { BuildPlace, busyboxBase, imageIn, noBusyboxReason, predicateIn } from './build-place.ts';

const reason =
  noEngineReason() ?? noBuildKitReason() ?? noRegistryReason() ?? noBusyboxReason() ?? (await noBuildxReason());

describe.skipIf(reason !== undefined)(
  `builds by docker buildx${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const place = new BuildPlace();
    let registry: TestRegistry;
    let buildkit: BuildKit;
    let engine: DockerEngine;
    let baseName: string;
    const args = ['--engine', 'buildx', '--local', '--reproducible'];

    beforeAll(async () => {
      engine = await dockerEngine();
      registry = await startRegistry();
      buildkit = await startBuildKit([registry.address]);
      baseName = await pushImage(registry, 'bases/busybox:1', busyboxBase('1'));
      const config = dockerConfigWithBuildx(place.at('docker'));
      place.env = { ...place.env, DOCKER_HOST: engine.host, DOCKER_CONFIG: config };
      writeFileSync(place.at('token'), 'token-9f3c01e21a7b');
      await runCommand('docker', ['buildx', 'create', '--name', 'harbour', '--driver', 'remote', buildkit.host], {
        env: place.env,
      });
    }, 1_500_000);
    afterAll(async () => {
      await buildkit?.stop();
      await registry?.stop();
      place.remove();
    });

    test('with a BuildKit elsewhere: secrets, the same image twice, provenance that says who built it', async () => {
      const env = { BUILDX_BUILDER: 'harbour' };
      const repository = await place.repository({
        Dockerfile: `FROM ${baseName}\nCOPY . /src\nRUN --mount=type=secret,id=token test -s /run/secrets/token && date > /src/.d && rm /src/.d\nUSER 1\n`,
      });
      const secret = ['--secret', `id=token,src=${place.at('token')}`];
      for (const name of ['one', 'two']) {
        const ran = await place.build(repository.path, [...args, ...secret, '-o', place.at(name)], { env });
        expect([ran.status, ran.stderr.includes('token-9f3c01e21a7b')]).toEqual([0, false]);
      }
      expect(imageIn(place.at('two')).digest).toBe(imageIn(place.at('one')).digest);
      const { internalParameters, resolvedDependencies } = predicateIn(place.at('one.provenance.json')).buildDefinition;
      expect(internalParameters['engine']).toMatchObject({ name: 'buildx' });
      expect(resolvedDependencies.map(({ annotations }) => annotations?.['role'])).toContain('base');
      place.env = { ...place.env, ...env };
      expect(await place.rebuild(place.at('one'), secret)).toMatchObject({ status: 0 });
      expect(place.leftBehind()).toEqual([]);
    });

    test('steps are kept off the network where that is asked, and what fails says which step', async () => {
      const repository = await place.repository({
        Dockerfile: `FROM ${baseName}\nRUN test "$(grep -c : /proc/net/dev)" = 1 || exit 9\nUSER 1\n`,
      });
      const env = { BUILDX_BUILDER: 'harbour' };
      const build = (network: string) =>
        place.build(repository.path, ['--engine', 'buildx', '--local', '--network', network], { env });
      expect(await build('none')).toMatchObject({ status: 0 });
      const open = await build('default');
      expect([open.status, open.stderr.includes('exit code: 9'), open.stderr.includes('(build-failed)')]).toEqual([
        1,
        true,
        true,
      ]);
      // The daemon has to allow it; ours here does not.
      const host = await build('host');
      expect([host.status, host.stderr.includes('network.host is not allowed')]).toEqual([1, true]);
    });

    test("with the engine's own BuildKit: what it made is taken out, and the engine keeps nothing of it", async () => {
      const repository = await place.repository({ Dockerfile: `FROM ${baseName}\nCOPY . /src\nUSER 1\n`, a: 'a\n' });
      const ran = await place.build(repository.path, [...args, '-o', place.at('three')], {
        env: { BUILDX_BUILDER: 'default' },
      });
      expect(ran.status).toBe(0);
      expect(imageIn(place.at('three')).config.rootfs.diff_ids).toHaveLength(2);
      const commit = (await repository.git('rev-parse', 'HEAD')).trim();
      const label = `label=org.opencontainers.image.revision=${commit}`;
      expect(await engine.docker(['images', '--all', '--quiet', '--filter', label])).toBe('');
    });
  },
  900_000,
);
