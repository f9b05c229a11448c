import type { RegisterCommand } from './command.ts';
import { registerDockerfileInit } from './dockerfile-init.ts';

/** `plimsoll dockerfile`: init. */
export const registerDockerfile: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  registerDockerfileInit(
    command
      .command('init')
      .summary('write a Dockerfile and how to run it for a project')
      .description('Look at a project and write its Dockerfile, .dockerignore and the flags to run it with.')
      .exitOverride(),
    io,
  );
};

const examples = `Examples:
  plimsoll dockerfile init                   for the project in this directory
  plimsoll dockerfile init shop --dry-run    print, write nothing
`;
