import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exportCommit, fetchCommit, gitSource, type World } from '../../src/build/index.ts';
import { Place } from '../cli/plimsoll.ts';
import { gitRepository } from '../make/git-repository.ts';

const place = new Place();
afterAll(() => place.remove());
const world: World = {
  env: { PATH: process.env['PATH'], HOME: place.folder('home'), GIT_CONFIG_GLOBAL: '/dev/null' },
  signal: new AbortController().signal,
};

test('a repository says its commit, branch, tag, remote without log-in, and what is not committed', async () => {
  const repository = await gitRepository(place.at('facts'));
  const commit = await repository.commit({ 'a.txt': 'a\n'.repeat(20), '.gitignore': 'ignored\n', 'sub/b.txt': 'b\n' });
  const facts = {
    root: repository.path,
    commit,
    committedAt: Date.parse('2026-02-03T04:05:06Z') / 1000,
    branch: 'main',
    repository: repository.address,
    changed: [],
    changes: 0,
  };
  expect(await gitSource(join(repository.path, 'sub'), world)).toEqual(facts);
  await repository.push();
  await repository.git('tag', 'v1.2');
  await repository.git('remote', 'set-url', 'origin', 'https://alice:hunter2@git.example.com/shop/cart.git');
  writeFileSync(join(repository.path, 'ignored'), '');
  writeFileSync(join(repository.path, 'ü new'), '');
  renameSync(join(repository.path, 'a.txt'), join(repository.path, 'c.txt'));
  await repository.git('add', '--all', 'a.txt', 'c.txt');
  expect(await gitSource(repository.path, world)).toEqual({
    ...facts,
    tag: 'v1.2',
    repository: 'https://git.example.com/shop/cart.git',
    changed: ['c.txt', 'ü new'],
    changes: 2,
    pushedTo: 'origin/main',
  });
});

test('a folder without git, and a repository without a commit, have no source', async () => {
  expect(await gitSource(place.folder('plain'), world)).toBeUndefined();
  expect(await gitSource((await gitRepository(place.at('unborn'))).path, world)).toBeUndefined();
});

test('a commit is written out as it is: modes, links, submodules, one time, and nothing else', async () => {
  const inner = await gitRepository(place.at('inner'));
  await inner.commit({ 'inner.txt': 'inner\n' });
  await inner.push();
  const repository = await gitRepository(place.at('outer'));
  writeFileSync(join(repository.path, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  symlinkSync('run.sh', join(repository.path, 'link'));
  await repository.git(
    '-c',
    'protocol.file.allow=always',
    'submodule',
    '--quiet',
    'add',
    `${inner.path}.git`,
    'vendor/inner',
  );
  const commit = await repository.commit({
    'a.txt': 'committed\n',
    'export-ignored': 'x',
    '.gitattributes': 'export-ignored export-ignore\n',
  });
  writeFileSync(join(repository.path, 'a.txt'), 'changed\n');
  writeFileSync(join(repository.path, 'untracked'), '');
  const source = (await gitSource(repository.path, world))!;
  expect(source.changed).toEqual(['a.txt', 'untracked']);
  const to = place.at('exported');
  await exportCommit(source, to, world);
  const entries = readdirSync(to, { recursive: true, encoding: 'utf8' }).sort();
  expect(entries).toEqual([
    '.gitattributes',
    '.gitmodules',
    'a.txt',
    'export-ignored',
    'link',
    'run.sh',
    'vendor',
    'vendor/inner',
    'vendor/inner/inner.txt',
  ]);
  expect(readlinkSync(join(to, 'link'))).toBe('run.sh');
  expect(lstatSync(join(to, 'run.sh')).mode & 0o777).toBe(0o755);
  for (const name of ['', ...entries]) expect(lstatSync(join(to, name)).mtimeMs).toBe(source.committedAt * 1000);
  rmSync(join(repository.path, 'vendor'), { recursive: true });
  mkdirSync(join(repository.path, 'vendor/inner'), { recursive: true });
  await expect(exportCommit({ ...source, commit }, place.at('no-submodule'), world)).rejects.toMatchObject({
    code: 'submodule-missing',
  });
});

test('any commit of a repository is fetched, not only the newest, and what is none is refused', async () => {
  const repository = await gitRepository(place.at('history'));
  const first = await repository.commit({ 'a.txt': '1\n' });
  await repository.commit({ 'a.txt': '2\n' });
  await repository.push();
  const fetched = await fetchCommit({ repository: repository.address, commit: first, to: place.at('fetched') }, world);
  expect(fetched).toEqual({
    root: place.at('fetched'),
    commit: first,
    committedAt: Date.parse('2026-02-03T04:05:06Z') / 1000,
  });
  const refused = (address: string, commit: string) =>
    fetchCommit({ repository: address, commit, to: place.at(`refused-${commit.slice(0, 8)}`) }, world).catch(
      (error: { code?: string }) => error.code,
    );
  expect(await refused(repository.address, 'f'.repeat(40))).toBe('source-unreachable');
  expect(await refused(`ext::sh -c touch% ${place.at('evil')}`, first)).toBe('source-unreachable');
  expect(await refused(repository.address, '--upload-pack=touch')).toBe('source-unreachable');
});
