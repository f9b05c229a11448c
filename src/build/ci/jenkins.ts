import { type CiSystem, withoutEmpty } from './ci-system.ts';

/**
 * Jenkins with its git, branch and build-user plugins; Spinnaker starts such jobs and says who asked by a job parameter, which
 * Jenkins hands on as a variable.
 */
export const jenkins: CiSystem = {
  name: 'jenkins',
  variables: [
    'JENKINS_URL',
    'GIT_COMMIT',
    'CHANGE_BRANCH',
    'BRANCH_NAME',
    'GIT_LOCAL_BRANCH',
    'GIT_BRANCH',
    'TAG_NAME',
    'GIT_URL',
    'BUILD_USER_ID',
    'CHANGE_AUTHOR',
    'BUILD_URL',
  ],
  read(env) {
    if (!env['JENKINS_URL']) return undefined;
    const tag = env['TAG_NAME'];
    // Of a pull request BRANCH_NAME is PR-12; GIT_BRANCH has the remote's name before it.
    const branch =
      env['CHANGE_BRANCH'] ||
      env['BRANCH_NAME'] ||
      env['GIT_LOCAL_BRANCH'] ||
      env['GIT_BRANCH']?.replace(/^(?:refs\/remotes\/)?origin\//, '');
    return withoutEmpty({
      system: 'Jenkins',
      revision: env['GIT_COMMIT'],
      branch: tag ? undefined : branch,
      tag,
      repository: env['GIT_URL'],
      requestedBy: env['BUILD_USER_ID'] || env['CHANGE_AUTHOR'],
      run: env['BUILD_URL'],
    });
  },
};
