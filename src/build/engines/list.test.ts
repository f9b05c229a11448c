import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildEngines, findEngine } from './list.ts';

const empty = mkdtempSync(join(tmpdir(), 'plimsoll-engines-'));
afterAll(() => rmSync(empty, { recursive: true }));
/** Where no program can be found. */
const world = { env: { PATH: empty, HOME: empty }, signal: new AbortController().signal };

test('every engine has a name of its own and says what it is', () => {
  const names = buildEngines.map(({ name }) => name);
  expect(names).toEqual(['buildkit', 'buildx', 'buildah', 'docker']);
  for (const { summary } of buildEngines) expect(summary.length).toBeGreaterThan(10);
});

test.each(buildEngines.map((engine) => [engine.name, engine] as const))(
  '%s says that it is missing where its program is not there',
  async (_, engine) => {
    const found = await engine.find(world);
    expect(found).toEqual({
      missing: expect.stringMatching(/^there is no (?:docker|buildctl|buildah) command$/) as string,
    });
  },
);

test('without any engine the error names all, and an unknown one those that there are', async () => {
  await expect(findEngine(undefined, world)).rejects.toMatchObject({
    code: 'no-build-engine',
    message:
      'there is nothing to build with here: buildkit: there is no buildctl command; buildx: there is no docker command; buildah: there is no buildah command; docker: there is no docker command',
  });
  await expect(findEngine('kaniko', world)).rejects.toMatchObject({
    code: 'unknown-engine',
    hint: 'There are buildkit, buildx, buildah, docker',
    kind: 'usage',
  });
});
