import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Place } from './plimsoll.ts';

const place = new Place();
afterAll(() => place.remove());

const shop = {
  'package.json': '{"name":"shop","scripts":{"start":"node server.js"},"dependencies":{"express":"4"}}',
  'package-lock.json': '{}',
  'server.js': "require('express')().listen(process.env.PORT || 3000);\nprocess.on('SIGTERM', () => process.exit());\n",
};

let count = 0;
function project(files: Readonly<Record<string, string>>): string {
  const folder = place.folder(`project-${++count}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function init(...args: readonly string[]): ReturnType<Place['plimsoll']> {
  return place.plimsoll(['dockerfile', 'init', ...args]);
}

test('writes the files and says what was seen, what to decide, how to build and run', async () => {
  const folder = project(shop);
  const { status, stdout, stderr } = await init(folder);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toBe(`node project: package-lock.json, npm, express
starts node server.js as 65532:65532, port 3000

 written   Dockerfile
 written   .dockerignore
 written   compose.yaml
 written   kubernetes.yaml

bases
 node-build  node:24-bookworm-slim
 node        gcr.io/distroless/nodejs24-debian12:nonroot
 None is pinned: a tag may mean another image tomorrow. Take ones that your
 security team endorses: --base node=NAME@sha256:…

build
docker build \\
  --build-arg SOURCE="$(git remote get-url origin)" \\
  --build-arg REVISION="$(git rev-parse HEAD)" \\
  --build-arg VERSION="$(git describe --tags --always)" \\
  --build-arg AUTHORS="$(git config user.email)" \\
  --tag shop:dev .

run
docker run --rm --name shop --user 65532:65532 \\
  --read-only \\
  --tmpfs /tmp:rw,noexec,nosuid,nodev,size=64m,mode=1777 \\
  --cap-drop ALL --security-opt no-new-privileges \\
  --pids-limit 256 --memory 512m --cpus 1 \\
  --publish 127.0.0.1:3000:3000 \\
  shop:dev
`);
  expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(
    ['.dockerignore', 'Dockerfile', 'compose.yaml', 'kubernetes.yaml', ...Object.keys(shop)].sort(),
  );
});

describe('what is there', () => {
  test('stays, and what differs is shown; --force replaces it and shows what it was', async () => {
    const folder = project({ ...shop, Dockerfile: 'FROM scratch\n' });
    const kept = await init(folder, '--run', 'none');
    expect(kept.status).toBe(0);
    expect(kept.stdout).toContain(' kept      Dockerfile: it differs, as shown below; --force replaces it\n');
    expect(kept.stdout).toContain('--- Dockerfile\n+++ Dockerfile\n@@ -1,1 +1,');
    expect(kept.stdout).toContain('\n-FROM scratch\n');
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe('FROM scratch\n');
    const forced = await init(folder, '--run', 'none', '--force');
    expect(forced.stdout).toContain(' replaced  Dockerfile: what it was is shown below\n same      .dockerignore');
    expect(forced.stdout).toContain('\n-FROM scratch\n');
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toContain('ENTRYPOINT ["node", "server.js"]');
    expect((await init(folder, '--run', 'none')).stdout).toContain(
      ' same      Dockerfile: it is there already, the same\n',
    );
  });

  test('is the Compose file that Compose would find, whatever its name', async () => {
    const folder = project({ ...shop, 'docker-compose.yml': 'services: {}\n' });
    const { stdout } = await init(folder, '--run', 'compose');
    expect(stdout).toContain(' kept      docker-compose.yml: it differs');
    expect(readdirSync(folder)).not.toContain('compose.yaml');
  });

  test('is not followed where it is a link, and nothing else is written then', async () => {
    const folder = project(shop);
    const outside = place.at('outside');
    writeFileSync(outside, 'mine');
    symlinkSync(outside, join(folder, '.dockerignore'));
    const { status, stderr } = await init(folder, '--force');
    expect(status).toBe(1);
    expect(stderr).toContain('.dockerignore is a link, and is neither compared nor replaced (file-in-the-way)');
    expect(readFileSync(outside, 'utf8')).toBe('mine');
    expect(readdirSync(folder)).not.toContain('Dockerfile');
  });
});

test('--dry-run prints and writes nothing', async () => {
  const folder = project(shop);
  const { stdout } = await init(folder, '--dry-run', '--run', 'docker');
  expect(stdout).toContain('==> Dockerfile <==\n# syntax=docker/dockerfile:1\n');
  expect(stdout).toContain(' would write     Dockerfile\n would write     .dockerignore\n');
  expect(readdirSync(folder).sort()).toEqual(Object.keys(shop).sort());
});

test('--format json gives the same for programs', async () => {
  const { stdout } = await init(
    project(shop),
    '--format',
    'json',
    '--run',
    'docker',
    '--image',
    'registry.example.com/shop:1',
  );
  const said = JSON.parse(stdout) as Record<string, unknown>;
  expect(Object.keys(said)).toEqual(['kind', 'image', 'seen', 'files', 'bases', 'notes', 'build', 'run']);
  expect(said).toMatchObject({
    kind: 'node',
    image: 'registry.example.com/shop:1',
    files: [
      { path: 'Dockerfile', outcome: 'written' },
      { path: '.dockerignore', outcome: 'written' },
    ],
    bases: [
      { purpose: 'node-build', reference: 'node:24-bookworm-slim', isPinned: false, origin: 'default' },
      { purpose: 'node', isPinned: false, origin: 'default' },
    ],
    notes: [],
  });
});

test('a base that is given is pinned, named in the labels, and one that is not used is said', async () => {
  const digest = `sha256:${'c'.repeat(64)}`;
  const folder = project(shop);
  const { stdout } = await init(folder, '--base', `node=registry.example.com/node:24@${digest}`, '--base', 'java=x:1');
  expect(stdout).toContain(' 1 of 2 are not pinned');
  expect(stdout).toContain(' java is no base of this project: node-build, node\n');
  const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
  expect(dockerfile).toContain(`\nFROM registry.example.com/node:24@${digest}\n`);
  expect(dockerfile).toContain('org.opencontainers.image.base.name="registry.example.com/node:24"');
  expect(dockerfile).toContain(`org.opencontainers.image.base.digest="${digest}"`);
});

test('--bases takes the newest endorsed release of the catalogue', async () => {
  const bases = place.folder('bases');
  const endorsement = `    endorsement:\n      by: ada@example.com\n      role: keeper\n      at: 2026-05-02T00:00:00Z\n      statement: sha256:${'e'.repeat(64)}\n`;
  const release = (digit: string, state: string): string =>
    `  - digest: sha256:${digit.repeat(64)}\n    reference: registry.example.com/base/node:24\n    added: 2026-05-01T00:00:00Z\n    sizeBytes: 1\n    diffIds: [sha256:${digit.repeat(64)}]\n    state: ${state}\n${state === 'endorsed' ? endorsement : ''}`;
  writeFileSync(
    join(bases, 'debian-node.yaml'),
    `apiVersion: plimsoll.dev/v1\nkind: Base\nmetadata:\n  name: debian-node\npurpose: node\nsource: node:24\nowner: platform\nchannels: []\nstate: endorsed\nreleases:\n${release('a', 'endorsed')}${release('b', 'endorsed')}${release('c', 'candidate')}history: []\n`,
  );
  const { status, stdout, stderr } = await init(project(shop), '--bases', bases);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(` node        registry.example.com/base/node:24@sha256:${'b'.repeat(64)} (endorsed)\n`);
  expect(stdout).toContain(' - the catalogue has no endorsed base for node-build: a public image is taken\n');
});

describe('refusals', () => {
  test.each([
    [
      'a directory that is not there',
      ['/nowhere'],
      1,
      '/nowhere cannot be looked at: there is no such directory (directory-unreadable)',
    ],
    ['a port that is none', ['.', '--port', '99999'], 64, 'It must be 1 to 65535, or none.'],
    ['a base without a name', ['.', '--base', 'node:24'], 64, 'It must be NAME=REFERENCE'],
    [
      'a base that is no reference',
      ['.', '--base', 'node=NODE!'],
      64,
      'the base for node is no image reference: "NODE!" (base-unusable)',
    ],
    ['an unknown form', ['.', '--run', 'nomad'], 64, 'Known forms are docker, compose, kubernetes, or none.'],
    ['an unknown kind', ['.', '--kind', 'cobol'], 64, 'Allowed choices are node, python'],
  ])('%s', async (_, args, status, message) => {
    const cwd = project(shop);
    const ran = await place.plimsoll(['dockerfile', 'init', ...args], { cwd });
    expect(ran.status).toBe(status);
    expect(ran.stderr).toContain(message);
  });

  test('what cannot be told is asked for', async () => {
    const { status, stderr } = await init(project({ 'go.mod': 'module a\n', 'pom.xml': '<project/>' }));
    expect({ status, stderr }).toEqual({
      status: 64,
      stderr: `plimsoll: project-${count} may be maven (pom.xml) or go (go.mod) (project-kind-ambiguous)\n  say which: --kind maven or --kind go\n`,
    });
  });

  test('files behind links are not read', async () => {
    const folder = project({ 'README.md': '' });
    const outside = project(shop);
    symlinkSync(join(outside, 'package.json'), join(folder, 'package.json'));
    symlinkSync(outside, join(folder, 'app'));
    const { status, stderr } = await init(folder);
    expect(status).toBe(1);
    expect(stderr).toContain('holds nothing that tells what it is (project-kind-unknown)');
  });

  test('what a project says of itself cannot steer the terminal', async () => {
    const { stdout } = await init(
      project({ ...shop, 'package.json': JSON.stringify({ scripts: { start: 'node a\u001b[31m.js' } }) }),
      '--dry-run',
    );
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('starts node a\\x1b[31m.js as 65532:65532');
  });
});
