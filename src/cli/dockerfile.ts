import type { RegisterCommand } from './command.ts';
import { registerDockerfileLint } from './dockerfile-lint.ts';
import { registerDockerfileRules } from './dockerfile-rules.ts';

/** `plimsoll dockerfile`: lint, rules. */
export const registerDockerfile: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  registerDockerfileLint(command.command('lint').description('say what is wrong with Dockerfiles').exitOverride(), io);
  registerDockerfileRules(command.command('rules').description('name every rule, or explain one').exitOverride(), io);
};

const examples = `Examples:
  plimsoll dockerfile lint                         every Dockerfile below this folder
  plimsoll dockerfile lint Dockerfile --format sarif=lint.sarif --format table
  plimsoll dockerfile lint - --ignore DL3008 < Dockerfile
  plimsoll dockerfile rules exec-form              what does a rule ask?
`;
