import { type CiSystem, withoutEmpty } from './ci-system.ts';

/** GitLab CI ("Predefined CI/CD variables reference"). */
export const gitlab: CiSystem = {
  name: 'gitlab',
  variables: [
    'GITLAB_CI',
    'CI_COMMIT_SHA',
    'CI_COMMIT_BRANCH',
    'CI_MERGE_REQUEST_SOURCE_BRANCH_NAME',
    'CI_COMMIT_TAG',
    'CI_PROJECT_URL',
    'GITLAB_USER_LOGIN',
    'CI_JOB_URL',
  ],
  read(env) {
    if (env['GITLAB_CI'] !== 'true') return undefined;
    return withoutEmpty({
      system: 'GitLab CI',
      revision: env['CI_COMMIT_SHA'],
      branch: env['CI_COMMIT_BRANCH'] || env['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME'],
      tag: env['CI_COMMIT_TAG'],
      repository: env['CI_PROJECT_URL'],
      requestedBy: env['GITLAB_USER_LOGIN'],
      run: env['CI_JOB_URL'],
    });
  },
};
