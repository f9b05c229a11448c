import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Place, type Ran } from '../cli/plimsoll.ts';
import { noBuildKitReason, startBuildKit } from '../make/buildkit.ts';
import { buildImage, type BuiltImage } from '../make/image-builder.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { runCommand } from '../make/run-command.ts';
import { Harbour, provenance } from './harbour.ts';

const noRegistry = noRegistryReason();
const noBuildKit = noRegistry ?? noBuildKitReason();

/** A base that BuildKit can run commands in. */
const base: BuiltImage = buildImage({
  layers: [
    {
      files: {
        '/bin/busybox': { content: readFileSync('/bin/busybox'), mode: 0o755 },
        '/etc/passwd': 'root:x:0:0::/:/bin/sh\n',
      },
      members: [{ name: 'bin/sh', type: 'symlink', link: 'busybox' }],
    },
  ],
  config: { Env: ['PATH=/bin'] },
  flavour: 'docker',
});

describe.skipIf(noRegistry !== undefined)('what an image was built on, when its layers do not show it', () => {
  const harbour = new Harbour();
  const place = new Place();
  let registry: TestRegistry;
  let from = '';
  const run = (...args: readonly string[]): Promise<Ran> => place.plimsoll(args, { cwd: place.path });
  const baseLine = async (reference: string, ...args: readonly string[]): Promise<string> =>
    (await run('scan', reference, '--bases', 'bases', '--exit-zero', ...args)).stdout.split('\n')[1]!;

  beforeAll(async () => {
    registry = await startRegistry();
    from = await pushImage(registry, 'bases/box:1', base);
    await run('base', 'add', 'box', '--from', from, '--owner', 'me');
    await run('base', 'assess', 'box');
    for (const name of ['ci', 'eve']) harbour.keys(name);
    await harbour.trustRoot('trust.yaml', [{ key: 'ci' }]);
  });
  afterAll(async () => {
    await registry.stop();
    harbour.remove();
    place.remove();
  });

  async function attested(name: string, key: string): Promise<string> {
    const squashed = buildImage({ layers: [{ files: { '/srv/app': name } }] });
    const reference = await pushImage(registry, `${name}:1`, squashed);
    const said = provenance();
    const on = {
      uri: `pkg:docker/${encodeURIComponent(from.replace(/:1$/, ''))}@1`,
      digest: { sha256: base.manifest.digest.slice('sha256:'.length) },
      annotations: { role: 'base' },
    };
    said.buildDefinition.resolvedDependencies = [said.buildDefinition.resolvedDependencies[0]!, on] as never;
    await harbour.attest(reference, key, 'slsaprovenance1', said);
    return reference;
  }
  const trusting = () => ['--trust-root', harbour.at('trust.yaml')];

  test('is what provenance names, and how far that can be believed is told', async () => {
    const reference = await attested('cart', 'ci');
    expect(await baseLine(reference)).toBe('base box (candidate, none of its layers found, by unverified provenance)');
    expect(await baseLine(reference, ...trusting())).toBe(
      'base box (candidate, none of its layers found, by provenance of ci)',
    );
    const forged = await attested('forged', 'eve');
    expect(await baseLine(forged, ...trusting())).toMatch(/^base unknown /);
  });

  test('is named among the children of the base, with how it is known', async () => {
    const reference = await attested('kept', 'ci');
    await run('scan', reference, '--bases', 'bases', '--exit-zero', '--keep', ...trusting());
    const children = await run('base', 'children', 'box', '--format', 'json');
    expect(JSON.parse(children.stdout)).toMatchObject({
      bases: [
        {
          name: 'box',
          releases: [{ digest: base.manifest.digest, images: [{ names: [reference], baseKnown: 'attestation' }] }],
        },
      ],
    });
  });

  test.skipIf(noBuildKit !== undefined)(
    `is what BuildKit left beside it, told as unsigned${noBuildKit === undefined ? '' : ` (skipped: ${noBuildKit})`}`,
    { timeout: 1_200_000 },
    async () => {
      const buildkit = await startBuildKit([registry.address]);
      try {
        const folder = place.folder('context');
        mkdirSync(folder, { recursive: true });
        writeFileSync(
          join(folder, 'Dockerfile'),
          `FROM ${from} AS whole\nRUN echo ahoy > /srv\nFROM scratch\nCOPY --from=whole / /\n`,
        );
        const image = `${registry.address}/built:1`;
        await runCommand(join(buildkit.programs, 'buildctl'), [
          ...['--addr', buildkit.host, 'build', '--frontend', 'dockerfile.v0'],
          ...['--local', `context=${folder}`, '--local', `dockerfile=${folder}`],
          ...['--opt', 'attest:provenance=mode=max', '--output', `type=image,name=${image},push=true`],
        ]);
        expect(await baseLine(image)).toBe('base box (candidate, none of its layers found, by unsigned provenance)');
      } finally {
        await buildkit.stop();
      }
    },
  );
});
