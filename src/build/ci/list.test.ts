import { expect, test } from 'vitest';
import { ciFacts, ciSystems } from './list.ts';

test.each(ciSystems.map((system) => [system.name, system] as const))(
  '%s says nothing of an environment that is not its own, and has its name and variables',
  (name, system) => {
    expect(system.read({})).toBeUndefined();
    expect(system.read({ HOME: '/root', CI: 'true' })).toBeUndefined();
    expect(name).toMatch(/^[a-z]+$/);
    expect(new Set(system.variables).size).toBe(system.variables.length);
  },
);

test.each(ciSystems.map((system) => [system.name, system] as const))(
  '%s reads only the variables that it names',
  (_, system) => {
    const asked = new Set<string>();
    const env = new Proxy({} as Record<string, string>, {
      get(_target, name) {
        asked.add(String(name));
        return 'true';
      },
    });
    system.read(env);
    expect([...asked].filter((name) => !system.variables.includes(name))).toEqual([]);
  },
);

test('GitHub Actions: a branch, a pull request and a tag', () => {
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_HEAD_REF: '',
    GITHUB_SERVER_URL: 'https://github.example.com',
    GITHUB_REPOSITORY: 'shop/cart',
    GITHUB_ACTOR: 'alice',
    GITHUB_RUN_ID: '77',
    GITHUB_RUN_ATTEMPT: '2',
  };
  const facts = {
    system: 'GitHub Actions',
    revision: 'a'.repeat(40),
    branch: 'main',
    repository: 'https://github.example.com/shop/cart',
    requestedBy: 'alice',
    run: 'https://github.example.com/shop/cart/actions/runs/77/attempts/2',
  };
  expect(ciFacts(env)).toEqual(facts);
  expect(ciFacts({ ...env, GITHUB_REF_NAME: '12/merge', GITHUB_HEAD_REF: 'fix' })).toEqual({ ...facts, branch: 'fix' });
  const { branch: _branch, ...rest } = facts;
  expect(ciFacts({ ...env, GITHUB_REF_NAME: 'v1.2', GITHUB_REF_TYPE: 'tag' })).toEqual({ ...rest, tag: 'v1.2' });
});

test('GitLab CI: a branch, a merge request and a tag', () => {
  const env = {
    GITLAB_CI: 'true',
    CI_COMMIT_SHA: 'b'.repeat(40),
    CI_COMMIT_BRANCH: 'main',
    CI_PROJECT_URL: 'https://gitlab.example.com/shop/cart',
    GITLAB_USER_LOGIN: 'bob',
    CI_JOB_URL: 'https://gitlab.example.com/shop/cart/-/jobs/9',
  };
  const facts = {
    system: 'GitLab CI',
    revision: 'b'.repeat(40),
    branch: 'main',
    repository: 'https://gitlab.example.com/shop/cart',
    requestedBy: 'bob',
    run: 'https://gitlab.example.com/shop/cart/-/jobs/9',
  };
  expect(ciFacts(env)).toEqual(facts);
  const merge = { ...env, CI_COMMIT_BRANCH: undefined, CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'fix' };
  expect(ciFacts(merge)?.branch).toBe('fix');
  expect(ciFacts({ ...env, CI_COMMIT_BRANCH: undefined, CI_COMMIT_TAG: 'v2' })).toMatchObject({ tag: 'v2' });
});

test('Jenkins: a branch job, a multibranch pipeline, a pull request and a tag', () => {
  const env = {
    JENKINS_URL: 'https://ci.example.com/',
    GIT_COMMIT: 'c'.repeat(40),
    GIT_BRANCH: 'origin/main',
    GIT_URL: 'git@git.example.com:shop/cart.git',
    BUILD_USER_ID: 'carol',
    BUILD_URL: 'https://ci.example.com/job/cart/3/',
  };
  const facts = {
    system: 'Jenkins',
    revision: 'c'.repeat(40),
    branch: 'main',
    repository: 'git@git.example.com:shop/cart.git',
    requestedBy: 'carol',
    run: 'https://ci.example.com/job/cart/3/',
  };
  expect(ciFacts(env)).toEqual(facts);
  expect(ciFacts({ ...env, BRANCH_NAME: 'release' })?.branch).toBe('release');
  const pull = { ...env, BRANCH_NAME: 'PR-3', CHANGE_BRANCH: 'fix', CHANGE_AUTHOR: 'dave', BUILD_USER_ID: undefined };
  expect(ciFacts(pull)).toMatchObject({ branch: 'fix', requestedBy: 'dave' });
  expect(ciFacts({ ...env, TAG_NAME: 'v3', BRANCH_NAME: 'v3' })).toMatchObject({ tag: 'v3' });
});
