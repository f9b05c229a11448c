import { expect, test } from 'vitest';
import type { GitSource } from '../../build/index.ts';
import { checkSource } from './check-source.ts';

const commit = 'c'.repeat(40);
const source: GitSource = {
  root: '/src/cart',
  commit,
  committedAt: 0,
  repository: 'https://git.example.com/cart',
  changed: [],
  changes: 0,
  pushedTo: 'origin/main',
};
const dirty = { ...source, changed: ['a', 'b', 'c', 'd', 'e', 'f'], changes: 9 };
const { pushedTo: _pushed, ...unpushed } = source;

const check = (given: GitSource | undefined, options: Partial<Parameters<typeof checkSource>[2]> = {}) => {
  try {
    return checkSource('/src/cart', given, { terms: {}, allowDirty: false, ...options });
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string };
    return [code, message, hint];
  }
};

test('a commit that a remote has, and nothing beside it, is built', () => {
  expect(check(source)).toEqual({ dirty: false, unpushed: false });
});

test('what nobody could look up is refused, with what is wrong and what helps', () => {
  expect(check(dirty)).toEqual([
    'source-dirty',
    '/src/cart differs from commit cccccccccccc: a, b, c, d, e and 4 more',
    'Commit, stash or ignore it, or --allow-dirty, which the provenance will say',
  ]);
  expect(check(unpushed)).toEqual([
    'source-unpushed',
    'no remote is known to have commit cccccccccccc',
    'git push, or --allow-dirty, which the provenance will say',
  ]);
  const { repository: _repository, ...lonely } = unpushed;
  expect(check(lonely)).toEqual([
    'source-unpushed',
    '/src/cart has no remote, so nobody else can look up commit cccccccccccc',
    'git remote add origin, then git push, or --allow-dirty, which the provenance will say',
  ]);
  expect(check(undefined)).toEqual([
    'source-unknown',
    '/src/cart is in no git repository with a commit, so nobody can look up what is built',
    'git init, commit and push it, or --allow-dirty, which the provenance will say',
  ]);
});

test('--allow-dirty lets all of it, and it is said', () => {
  expect(check(dirty, { allowDirty: true })).toEqual({ dirty: true, unpushed: false });
  expect(check(unpushed, { allowDirty: true })).toEqual({ dirty: false, unpushed: true });
  expect(check(undefined, { allowDirty: true })).toEqual({ dirty: true, unpushed: true });
});

test('a policy that refuses is stronger than the flag, and one that allows needs none', () => {
  const refusing = { allowDirty: true, terms: { dirty: 'refuse', unpushed: 'refuse' } } as const;
  expect(check(dirty, refusing)).toMatchObject([
    'source-dirty',
    expect.anything(),
    expect.stringMatching(/the policy allows nothing else$/),
  ]);
  expect(check(unpushed, refusing)).toEqual([
    'source-unpushed',
    'no remote is known to have commit cccccccccccc',
    'git push, the policy allows nothing else',
  ]);
  expect(check(undefined, refusing)).toContain('source-unknown');
  expect(check(dirty, { terms: { dirty: 'allow' } })).toEqual({ dirty: true, unpushed: false });
  expect(check(unpushed, { terms: { unpushed: 'allow' } })).toEqual({ dirty: false, unpushed: true });
});

test('the commit that a pipeline was started for came from its server; another did not', () => {
  expect(check(unpushed, { ci: { system: 'Jenkins', revision: commit } })).toEqual({ dirty: false, unpushed: false });
  expect(check(unpushed, { ci: { system: 'Jenkins', revision: 'd'.repeat(40) } })).toContain('source-unpushed');
});
