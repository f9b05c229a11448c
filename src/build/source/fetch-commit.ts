import { mkdirSync } from 'node:fs';
import { CodedError } from '../../model/index.ts';
import { ProgramFailed, type World } from '../programs/run-program.ts';
import { lastWords } from './export-commit.ts';
import { git } from './git.ts';

/** Addresses that git may be sent to; `ext::` and the like run programs. */
const protocols = 'https:http:ssh:git';

/**
 * Fetches one commit from a repository, with its submodules, into an empty folder and checks that it is that commit.
 * @throws CodedError `source-unreachable`.
 */
export async function fetchCommit(
  { repository, commit, to }: { readonly repository: string; readonly commit: string; readonly to: string },
  world: World,
): Promise<{ readonly root: string; readonly commit: string; readonly committedAt: number }> {
  if (!/^(?:https?|ssh|git|file):\/\//.test(repository) || !/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit))
    throw new CodedError('source-unreachable', `${repository} at ${commit} is no commit of a repository`);
  mkdirSync(to, { recursive: true });
  // What lies on this machine is only reached where the user's own words lead there, never by a submodule of another's.
  const guard = { GIT_ALLOW_PROTOCOL: repository.startsWith('file:') ? `${protocols}:file` : protocols };
  try {
    await git(to, ['init', '--quiet', ...(commit.length === 64 ? ['--object-format=sha256'] : [])], world);
    await git(to, ['remote', 'add', 'origin', '--', repository], world);
    await fetchOne(to, commit, world, guard);
    await git(to, ['checkout', '--quiet', '--detach', commit], world);
    await git(to, ['submodule', '--quiet', 'update', '--init', '--recursive'], world, guard);
    const committedAt = Number((await git(to, ['log', '-1', '--format=%ct', commit], world)).trim());
    return { root: to, commit, committedAt };
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    throw new CodedError('source-unreachable', `${repository} does not give commit ${commit}: ${lastWords(error)}`, {
      hint: '--source names a folder or address that has it',
      cause: error,
    });
  }
}

/** Servers may refuse to be asked for a commit by its name; then everything is fetched. */
async function fetchOne(to: string, commit: string, world: World, guard: World['env']): Promise<void> {
  try {
    await git(to, ['fetch', '--quiet', '--no-tags', '--depth=1', 'origin', commit], world, guard);
  } catch (error) {
    if (!(error instanceof ProgramFailed) || error.status === undefined) throw error;
    await git(to, ['fetch', '--quiet', '--tags', 'origin', '+refs/*:refs/plimsoll/*'], world, guard);
  }
}
