import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuildKit, noBuildKitReason, startBuildKit } from '../make/buildkit.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { BuildPlace, busyboxBase, imageIn, noBusyboxReason, predicateIn } from './build-place.ts';

const reason = noBuildKitReason() ?? noRegistryReason() ?? noBusyboxReason();
/** Said by nobody by chance. */
const secret = 'npm_9f3c01e21a7b44d2a1c0';

describe.skipIf(reason !== undefined)(
  `builds by a real BuildKit, pushed to a real registry${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const place = new BuildPlace();
    const base = busyboxBase('1');
    let registry: TestRegistry;
    let buildkit: BuildKit;
    let baseName: string;

    beforeAll(async () => {
      registry = await startRegistry();
      buildkit = await startBuildKit([registry.address]);
      baseName = await pushImage(registry, 'bases/busybox:1', base);
      place.env = {
        ...place.env,
        BUILDKIT_HOST: buildkit.host,
        PATH: `${buildkit.programs}:${process.env['PATH'] ?? ''}`,
        PLIMSOLL_PASSWORD: 'pass',
      };
      writeFileSync(place.at('npmrc'), `//registry.npmjs.org/:_authToken=${secret}\n`);
      await place.plimsoll(['trust', 'keygen', place.at('eu-1')], { env: place.env });
      writeFileSync(
        place.at('builder.yaml'),
        `apiVersion: plimsoll.dev/v1\nkind: Builder\nmetadata: { name: eu-1 }\nid: https://builders.example.com/eu-1\nkey: ${place.at('eu-1.key')}\n`,
      );
    }, 1_200_000);
    afterAll(async () => {
      await buildkit.stop();
      await registry.stop();
      place.remove();
    });
    const engine = ['--engine', 'buildkit'];
    const tags = async (repository: string): Promise<unknown> =>
      ((await (await fetch(`http://${registry.address}/v2/${repository}/tags/list`)).json()) as { tags?: unknown })
        .tags;

    const cart = () => `FROM ${baseName} AS build
ARG VERSION
COPY . /src
RUN --mount=type=secret,id=npmrc,required grep -c authToken /run/secrets/npmrc > /src/secrets && rm /src/secrets
RUN <<EOF
echo "$VERSION" > /src/version
EOF
FROM ${baseName}
COPY --from=build /src /srv
USER 65532:65532
`;

    test('an enrolled builder pushes what passes: pinned, signed, attested; another machine verifies it and builds it again', async () => {
      const repository = await place.repository({ Dockerfile: cart(), 'a.txt': 'a\n' });
      const image = `${registry.address}/shop/cart`;
      const args = [
        ...engine,
        '--builder',
        place.at('builder.yaml'),
        '--reproducible',
        '--build-arg',
        'VERSION=1.8',
        '--secret',
        `id=npmrc,src=${place.at('npmrc')}`,
      ];
      const ran = await place.build(repository.path, [
        ...args,
        '-t',
        `${image}:1.8`,
        '-t',
        `${image}:latest`,
        '--push',
      ]);
      expect(ran).toMatchObject({
        status: 0,
        stdout: expect.stringContaining(` pushed    ${image}:latest\n`) as string,
      });
      expect(await tags('shop/cart')).toEqual(expect.arrayContaining(['1.8', 'latest']));
      expect(ran.stderr).toContain(`FROM ${registry.address}/bases/busybox@${base.manifest.digest}`);

      const trust = place.at('trust.yaml');
      await place.plimsoll(['trust', 'init', '--name', 'acme', '--trust-root', trust], { env: place.env });
      const enrolled = await place.plimsoll(
        [
          'trust',
          'enrol',
          'eu-1',
          '--key',
          place.at('eu-1.pub'),
          '--repository',
          `${registry.address}/shop/**`,
          '--trust-root',
          trust,
        ],
        { env: place.env },
      );
      expect(enrolled).toMatchObject({ status: 0 });
      const verified = await place.plimsoll(['verify', '--trust-root', trust, `${image}:1.8`], { env: place.env });
      expect(verified).toMatchObject({ status: 0 });
      expect(
        verified.stdout
          .split('\n')
          .filter((line) => /^ [a-z]+ +pass/.test(line))
          .map((line) => line.trim().split(/ +/, 2)[0]),
      ).toEqual(['signature', 'identity', 'subject', 'provenance', 'verdict']);

      const again = await place.rebuild(`${image}:1.8`, [
        '--trust-root',
        trust,
        '--secret',
        `id=npmrc,src=${place.at('npmrc')}`,
      ]);
      expect([again.status, again.stdout.split('\n')[0]]).toEqual([0, ' SAME   it comes out bit for bit as it was']);
      expect(again.stdout).toContain(', signed by builder eu-1\n');
      // Without the secret it can't be told, and with a stranger's trust root there is no provenance that counts.
      expect(await place.rebuild(`${image}:1.8`)).toMatchObject({
        status: 3,
        stdout: expect.stringContaining('(secret-missing)') as string,
      });
      await place.plimsoll(['trust', 'init', '--name', 'other', '--trust-root', place.at('other.yaml')], {
        env: place.env,
      });
      const stranger = await place.rebuild(`${image}:1.8`, ['--trust-root', place.at('other.yaml')]);
      expect(stranger).toMatchObject({ status: 3, stdout: expect.stringContaining('(no-provenance)') as string });
      expect(place.leftBehind()).toEqual([]);
    });

    test('a secret that is mounted is in no layer, no history and no statement', async () => {
      const repository = await place.repository({ Dockerfile: cart() });
      const to = place.at('cart');
      const ran = await place.build(
        repository.path,
        [...engine, '--local', '--secret', 'id=npmrc,env=NPMRC', '-o', to],
        {
          env: { NPMRC: `authToken=${secret}` },
        },
      );
      expect(ran).toMatchObject({ status: 0 });
      const { manifest, config } = imageIn(to);
      for (const { digest } of manifest.layers)
        expect(gunzipSync(readFileSync(join(to, 'blobs', digest.replace(':', '/')))).includes(secret)).toBe(false);
      expect(JSON.stringify(config)).not.toContain(secret);
      for (const name of ['provenance', 'sbom', 'verdict'])
        expect(readFileSync(`${to}.${name}.json`, 'utf8')).not.toContain(secret);
      expect(predicateIn(`${to}.provenance.json`).buildDefinition.externalParameters['secrets']).toEqual([
        { id: 'npmrc' },
      ]);
      expect(ran.stdout + ran.stderr).not.toContain(secret);
    });

    test('a step that copies a secret into the image ends the build, with the layer and the file', async () => {
      const repository = await place.repository({
        Dockerfile: `FROM ${baseName}\nRUN --mount=type=secret,id=npmrc cp /run/secrets/npmrc /etc/npmrc\nUSER 1\n`,
      });
      const args = [
        ...engine,
        '--builder',
        place.at('builder.yaml'),
        '--push',
        '-t',
        `${registry.address}/shop/leak:1`,
      ];
      const ran = await place.build(repository.path, [...args, '--secret', `id=npmrc,src=${place.at('npmrc')}`]);
      expect([
        ran.status,
        ran.stderr.includes('the secret npmrc is in layer 2, in etc/npmrc (secret-in-image)'),
      ]).toEqual([1, true]);
      expect(await tags('shop/leak')).toBeUndefined();
    });

    test('--network none keeps steps off the network, and a failed build says which step it was', async () => {
      const repository = await place.repository({
        Dockerfile: `FROM ${baseName}\nRUN test "$(grep -c : /proc/net/dev)" = 1 || exit 9\nUSER 1\n`,
      });
      expect(await place.build(repository.path, [...engine, '--local', '--network', 'none'])).toMatchObject({
        status: 0,
      });
      const open = await place.build(repository.path, [...engine, '--local', '-q']);
      expect(open.status).toBe(1);
      expect(open.stderr).toMatch(
        /^plimsoll: buildkit could not build it: buildctl ended with 1\n[\s\S]*RUN test[\s\S]*exit code: 9 \(build-failed\)\n/,
      );
    });

    test('what fails is not pushed, and what is pushed has its tag last', async () => {
      const repository = await place.repository({ Dockerfile: `FROM ${baseName}\nUSER 0\n` });
      const args = [
        ...engine,
        '--builder',
        place.at('builder.yaml'),
        '--push',
        '-t',
        `${registry.address}/shop/root:1`,
      ];
      expect(await place.build(repository.path, args)).toMatchObject({ status: 2 });
      expect(await tags('shop/root')).toBeUndefined();
      // The key's program is asked for the key, and then refuses to sign: nothing may be found under the tag.
      const refuses = place.at('refuses');
      writeFileSync(
        refuses,
        `#!/bin/sh\n[ "$1" = public-key ] && exec cat ${place.at('eu-1.pub')}\necho no >&2; exit 1\n`,
        { mode: 0o755 },
      );
      const good = await place.repository({ Dockerfile: `FROM ${baseName}\nUSER 1\n` });
      const ran = await place.build(good.path, [
        ...engine,
        '--local',
        '--push',
        '-t',
        `${registry.address}/shop/unsigned:1`,
        '--key',
        `exec:${refuses}`,
      ]);
      expect([ran.status, ran.stderr.includes('(signer-failed)')]).toEqual([1, true]);
      expect((await tags('shop/unsigned')) ?? []).toEqual([]);
    });

    test('a base whose tag moves is found again by its digest', async () => {
      const repository = await place.repository({ Dockerfile: `FROM ${registry.address}/bases/moving:1\nUSER 1\n` });
      await pushImage(registry, 'bases/moving:1', base);
      const to = place.at('moving');
      expect(await place.build(repository.path, [...engine, '--local', '--reproducible', '-o', to])).toMatchObject({
        status: 0,
      });
      expect(imageIn(to).manifest.annotations).toEqual({
        'org.opencontainers.image.base.name': `${registry.address}/bases/moving:1`,
        'org.opencontainers.image.base.digest': base.manifest.digest,
      });
      await pushImage(registry, 'bases/moving:1', busyboxBase('2'));
      expect(await place.rebuild(to)).toMatchObject({ status: 0 });
    });
  },
  600_000,
);
