import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Place, root } from '../cli/plimsoll.ts';
import { type BuildKit, noBuildKitReason, startBuildKit } from '../make/buildkit.ts';
import { dockerEngine } from '../make/docker-engine.ts';
import { makeProject, noProjectReason, sampleProject, sampleProjects } from '../make/projects/index.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { runCommand } from '../make/run-command.ts';
import { runLine } from '../make/running-image.ts';
import { toolchainImage } from '../make/toolchains/index.ts';

/** What `dockerfile init --format json` says. */
interface InitJson {
  readonly kind: string;
  readonly files: readonly { readonly path: string; readonly after: string }[];
  readonly run: readonly { readonly name: string; readonly text: string }[];
}

const place = new Place();

beforeAll(async () => {
  // Advisories for every ecosystem of the samples, so that none is unknown; the project's own few have none for crates.
  const crates = place.at('RUSTSEC-2020-0071.json');
  writeFileSync(
    crates,
    JSON.stringify({
      id: 'RUSTSEC-2020-0071',
      modified: '2026-05-01T00:00:00Z',
      summary: 'time: segfault in localtime_r',
      affected: [
        {
          package: { ecosystem: 'crates.io', name: 'time' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '0.2.23' }] }],
        },
      ],
    }),
  );
  const { status } = await place.plimsoll([
    'db',
    'import',
    join(root, 'data/demo-advisories'),
    crates,
    ...['--db', place.at('advisories.db'), '--built-at', new Date().toISOString()],
  ]);
  expect(status).toBe(0);
});

afterAll(() => place.remove());

async function init(folder: string, ...args: readonly string[]): Promise<InitJson> {
  const { status, stdout, stderr } = await place.plimsoll(['dockerfile', 'init', folder, '--format', 'json', ...args]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as InitJson;
}

function portOf({ files }: InitJson): number {
  return Number(/^EXPOSE (\d+)$/m.exec(files[0]!.after)?.[1]);
}

/** Runs the image as the generated line says, and has it asked, watched and stopped. */
async function proven(made: InitJson): Promise<Readonly<Record<string, unknown>>> {
  const container = await runLine(made.run[0]!.text);
  try {
    const answer = await container.answer(portOf(made));
    const hasHealth = !(await container.inspect('{{json .Config.Healthcheck.Test}}')).includes('NONE');
    return {
      answers: /ahoy|<title>/.test(answer),
      health: hasHealth ? await container.checkHealth() : undefined,
      isReadOnly: await container.inspect('{{.HostConfig.ReadonlyRootfs}} {{.Config.User}}'),
      // 137: it had to be killed. Go's programs end with 2.
      stops: (await container.stop()) === 137 ? 'killed' : 'by itself',
    };
  } finally {
    await container.remove();
  }
}

/** How the built-in policy for production judges it, by the real program. */
async function judged(
  input: string,
  host: string,
): Promise<{ readonly result: string; readonly warnings: readonly string[] }> {
  const report = place.at(`report-${input.replace(/\W/g, '-')}.json`);
  const args = [
    'scan',
    input,
    '--policy',
    'production',
    '--db',
    place.at('advisories.db'),
    '--format',
    `json=${report}`,
  ];
  await place.plimsoll(args, { env: { DOCKER_HOST: host } });
  const { verdict } = JSON.parse(readFileSync(report, 'utf8')) as {
    verdict: { result: string; warnings: { rule: string }[]; doubts: unknown[] };
  };
  expect(verdict.doubts).toEqual([]);
  return { result: verdict.result, warnings: [...new Set(verdict.warnings.map(({ rule }) => rule))].sort() };
}

const needingAdvisories = ['known-exploited', 'fixable-severity', 'advisory-data-age', 'advisory-coverage'];

/** The rules that cannot tell where there is no advisory database. */
async function untold(input: string, host: string): Promise<readonly string[]> {
  const args = ['scan', input, '--policy', 'production', '--format', 'json'];
  const { status, stdout } = await place.plimsoll(args, { env: { DOCKER_HOST: host } });
  expect(status).toBe(3);
  const { verdict } = JSON.parse(stdout) as { verdict: { rules: { rule: string; result: string }[] } };
  return verdict.rules.filter(({ result }) => result === 'cannot-tell').map(({ rule }) => rule);
}

const expectedUsers: Readonly<Record<string, string>> = { static: 'true 101:101' };

describe("Debian's engine, without mounts", () => {
  test.each(sampleProjects.map((sample) => [sample.name, sample] as const))(
    '%s: builds, answers read-only and without root, stops when asked, passes',
    async (name, sample) => {
      const reason = noProjectReason(sample);
      if (reason !== undefined) return void console.warn(`skipped ${name}: ${reason}`);
      const folder = place.folder(name);
      await makeProject(sample, folder);
      const image = `plimsoll-test/init-${name}:1`;
      const bases: string[] = [];
      for (const [purpose, toolchain] of Object.entries(sample.bases))
        bases.push('--base', `${purpose}=${await toolchainImage(toolchain)}`);
      const made = await init(folder, '--no-mounts', '--image', image, ...bases);
      expect(made.kind).toBe(sample.kind);
      const engine = await dockerEngine();
      await engine.docker(['build', '--network=host', '--force-rm', '--tag', image, folder]);
      const container = await proven(made);
      expect(container).toMatchObject({
        answers: true,
        isReadOnly: expectedUsers[sample.kind] ?? 'true 65532:65532',
        stops: 'by itself',
      });
      expect([0, undefined]).toContain(container['health']);
      expect((await judged(`docker:${image}`, engine.host)).result).toBe('pass');
      // Once is enough: without advisories these rules can't tell, whatever is in the image, and no others.
      if (name === 'go') expect(await untold(`docker:${image}`, engine.host)).toEqual(needingAdvisories);
      await engine.docker(['image', 'rm', image]);
    },
    600_000,
  );
});

const noBuildkit = noBuildKitReason() ?? noRegistryReason() ?? noProjectReason(sampleProject('node-npm'));

describe.skipIf(noBuildkit)(
  `BuildKit, with mounts, on bases pinned by digest${noBuildkit ? `: ${noBuildkit}` : ''}`,
  () => {
    let registry: TestRegistry;
    let buildkit: BuildKit;

    beforeAll(async () => {
      registry = await startRegistry();
      buildkit = await startBuildKit([registry.address]);
    }, 1_300_000);

    afterAll(async () => {
      await buildkit?.stop();
      await registry?.stop();
    });

    /** The stand-in by its digest in the registry. */
    async function pinned(toolchain: string): Promise<string> {
      const engine = await dockerEngine();
      const name = `${registry.address}/${toolchain}`;
      await engine.docker(['tag', await toolchainImage(toolchain), `${name}:1`]);
      const said = await engine.docker(['push', `${name}:1`]);
      return `${name}@${/digest: (sha256:[0-9a-f]{64})/.exec(said)![1]!}`;
    }

    test.each([['node-npm'], ['python-pip'], ['go']])(
      '%s',
      async (name) => {
        const sample = sampleProject(name);
        const folder = place.folder(`buildkit-${name}`);
        await makeProject(sample, folder);
        // What a token for a registry would be: the build sees it, the image must not hold it.
        const isNode = sample.kind === 'node';
        if (isNode) writeFileSync(join(folder, '.npmrc'), 'fund=false\n');
        const bases: string[] = [];
        for (const [purpose, toolchain] of Object.entries(sample.bases))
          bases.push('--base', `${purpose}=${await pinned(toolchain)}`);
        const image = `plimsoll-test/init-buildkit-${name}:1`;
        const made = await init(folder, '--image', image, ...bases);
        expect(made.files[0]!.after).toContain('RUN --mount=type=cache,target=/');
        const archive = place.at(`${name}.tar`);
        await runCommand(join(buildkit.programs, 'buildctl'), [
          ...['--addr', buildkit.host, 'build', '--progress', 'plain', '--frontend', 'dockerfile.v0'],
          ...['--local', `context=${folder}`, '--local', `dockerfile=${folder}`],
          // Its own reader, not the image that `# syntax` names: none can be fetched here.
          ...['--opt', 'cmdline=docker/dockerfile:1'],
          ...(isNode ? ['--secret', `id=npmrc,src=${join(folder, '.npmrc')}`] : []),
          ...['--output', `type=docker,name=${image},dest=${archive}`],
        ]);
        const engine = await dockerEngine();
        await engine.docker(['load', '--input', archive]);
        expect(await proven(made)).toMatchObject({ answers: true, stops: 'by itself' });
        // The base is named by its digest: nothing is left to warn of.
        expect(await judged(`archive:${archive}`, engine.host)).toEqual({ result: 'pass', warnings: [] });
        await engine.docker(['image', 'rm', image]);
      },
      600_000,
    );
  },
);
