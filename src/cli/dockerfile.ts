import type { RegisterCommand } from './command.ts';
import { registerDockerfileFix } from './dockerfile-fix.ts';
import { registerDockerfileInit } from './dockerfile-init.ts';
import { registerDockerfileLint } from './dockerfile-lint.ts';
import { registerDockerfileRules } from './dockerfile-rules.ts';

/** `plimsoll dockerfile`: lint, fix, init, rules. */
export const registerDockerfile: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  registerDockerfileLint(command.command('lint').description('say what is wrong with Dockerfiles').exitOverride(), io);
  registerDockerfileFix(
    command
      .command('fix')
      .summary('mend Dockerfiles: what is safe at once, the rest as you accept it')
      .description('Make the mends that leave the image as it is, and show those that change it, and how.')
      .exitOverride(),
    io,
  );
  registerDockerfileInit(
    command
      .command('init')
      .summary('write a Dockerfile and how to run it for a project')
      .description('Look at a project and write its Dockerfile, .dockerignore and the flags to run it with.')
      .exitOverride(),
    io,
  );
  registerDockerfileRules(command.command('rules').description('name every rule, or explain one').exitOverride(), io);
};

const examples = `Examples:
  plimsoll dockerfile lint                         every Dockerfile below this folder
  plimsoll dockerfile lint Dockerfile --format sarif=lint.sarif --format table
  plimsoll dockerfile lint - --ignore DL3008 < Dockerfile
  plimsoll dockerfile fix Dockerfile --diff        what would be mended without asking?
  plimsoll dockerfile rules exec-form              what does a rule ask?
  plimsoll dockerfile init                         for the project in this directory
  plimsoll dockerfile init shop --dry-run          print, write nothing
`;
