import { CodedError } from '../../model/index.ts';
import { ProgramFailed, type World } from '../programs/run-program.ts';
import { git, gitLine } from './git.ts';
import { repositoryAddress } from './repository-address.ts';

/** What git knows of the folder that is to be built. */
export interface GitSource {
  /** The folder of the working tree. */
  readonly root: string;
  /** The commit, in full. */
  readonly commit: string;
  /** Seconds since 1970: when it was committed. */
  readonly committedAt: number;
  readonly branch?: string;
  /** A tag that names exactly this commit. */
  readonly tag?: string;
  /** The repository's address, without log-in; absent where it has no remote. */
  readonly repository?: string;
  /** What differs from the commit or is unknown to git and not ignored, as paths; the first some. */
  readonly changed: readonly string[];
  /** How many there are in all. */
  readonly changes: number;
  /** A branch or reference of a remote that holds the commit, as far as this repository has heard. */
  readonly pushedTo?: string;
}

const pathsKept = 20;

/**
 * Asks git about a folder; undefined where it is in no repository or that has no commit yet. Asks no remote.
 * @throws CodedError `source-unreadable` where there is a repository and git can't or won't read it.
 */
export async function gitSource(folder: string, world: World): Promise<GitSource | undefined> {
  const root = await rootOf(folder, world);
  if (root === undefined) return undefined;
  const commit = await gitLine(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], world);
  if (commit === undefined) return undefined;
  const [time, branch, tag, pushedTo, status] = await Promise.all([
    git(root, ['log', '-1', '--format=%ct', commit], world),
    gitLine(root, ['symbolic-ref', '--quiet', '--short', 'HEAD'], world),
    gitLine(root, ['describe', '--tags', '--exact-match', commit], world),
    gitLine(root, ['for-each-ref', '--count=1', '--contains', commit, '--format=%(refname)', 'refs/remotes'], world),
    git(root, ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--ignore-submodules=none'], world),
  ]);
  const changed = pathsOf(status);
  const repository = await addressOf(root, branch, world);
  return {
    root,
    commit,
    committedAt: Number(time.trim()),
    ...(branch === undefined ? {} : { branch }),
    ...(tag === undefined ? {} : { tag }),
    ...(repository === undefined ? {} : { repository }),
    changed: changed.slice(0, pathsKept),
    changes: changed.length,
    ...(pushedTo === undefined ? {} : { pushedTo: pushedTo.replace(/^refs\/remotes\//, '') }),
  };
}

async function rootOf(folder: string, world: World): Promise<string | undefined> {
  try {
    return (await git(folder, ['rev-parse', '--show-toplevel'], world)).replace(/\n$/, '');
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    if (error.reason === 'ENOENT')
      throw new CodedError('source-unreadable', 'there is no git command, which says what is built', {
        hint: 'Install git; --allow-dirty builds what git knows nothing of',
        cause: error,
      });
    const said = error.lastLines.join(' ');
    if (/not a git repository/.test(said)) return undefined;
    throw new CodedError('source-unreadable', `git does not read ${folder}: ${said}`, { cause: error });
  }
}

async function addressOf(root: string, branch: string | undefined, world: World): Promise<string | undefined> {
  const own = branch === undefined ? undefined : await gitLine(root, ['config', `branch.${branch}.remote`], world);
  const remotes = ((await gitLine(root, ['remote'], world)) ?? '').split('\n').filter((name) => name !== '');
  const remote = remotes.find((name) => name === own) ?? remotes.find((name) => name === 'origin') ?? remotes[0];
  if (remote === undefined) return undefined;
  const url = await gitLine(root, ['remote', 'get-url', remote], world);
  return url === undefined ? undefined : repositoryAddress(url);
}

/** The paths of `git status --porcelain=v1 -z`: a renamed one is followed by its old name. */
function pathsOf(status: string): string[] {
  const paths: string[] = [];
  const fields = status.split('\0');
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!;
    if (field.length < 4) continue;
    paths.push(field.slice(3));
    if (/^(?:R|C|.R|.C)/.test(field)) i++;
  }
  return paths;
}
