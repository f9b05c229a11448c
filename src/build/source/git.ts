import { ProgramFailed, runProgram, type World } from '../programs/run-program.ts';

/** Never asks a person, never runs what a repository's own settings want run by the way. */
const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false'];

/** Runs git in a folder and gives what it prints. @throws ProgramFailed */
export function git(folder: string, args: readonly string[], world: World, extra: World['env'] = {}): Promise<string> {
  const env = { ...world.env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', ...extra };
  return runProgram('git', [...settings, '-C', folder, ...args], { ...world, env });
}

/** One line that git prints, or undefined where it answers with a failure, as it does to say no. */
export async function gitLine(folder: string, args: readonly string[], world: World): Promise<string | undefined> {
  try {
    const line = (await git(folder, args, world)).trim();
    return line === '' ? undefined : line;
  } catch (error) {
    if (error instanceof ProgramFailed && error.status !== undefined) return undefined;
    throw error;
  }
}
