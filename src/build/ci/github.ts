import { type CiSystem, withoutEmpty } from './ci-system.ts';

/** GitHub Actions, Gitea and Forgejo ("Variables reference": default environment variables). */
export const github: CiSystem = {
  name: 'github',
  variables: [
    'GITHUB_ACTIONS',
    'GITHUB_SHA',
    'GITHUB_REF_NAME',
    'GITHUB_REF_TYPE',
    'GITHUB_HEAD_REF',
    'GITHUB_SERVER_URL',
    'GITHUB_REPOSITORY',
    'GITHUB_ACTOR',
    'GITHUB_RUN_ID',
    'GITHUB_RUN_ATTEMPT',
  ],
  read(env) {
    if (env['GITHUB_ACTIONS'] !== 'true') return undefined;
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
    const home = server && repository ? `${server}/${repository}` : undefined;
    const isTag = env['GITHUB_REF_TYPE'] === 'tag';
    return withoutEmpty({
      system: 'GitHub Actions',
      revision: env['GITHUB_SHA'],
      // For pull requests the ref is one that GitHub made up.
      branch: isTag ? undefined : env['GITHUB_HEAD_REF'] || env['GITHUB_REF_NAME'],
      tag: isTag ? env['GITHUB_REF_NAME'] : undefined,
      repository: home,
      requestedBy: env['GITHUB_ACTOR'],
      run: home && run ? `${home}/actions/runs/${run}/attempts/${env['GITHUB_RUN_ATTEMPT'] ?? '1'}` : undefined,
    });
  },
};
