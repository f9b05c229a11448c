import { existsSync, lutimesSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../model/index.ts';
import { ProgramFailed, type World } from '../programs/run-program.ts';
import { git, gitLine } from './git.ts';
import type { GitSource } from './git-source.ts';

/** More nested repositories than this are no source that anyone reviewed. */
const deepestSubmodule = 10;

/**
 * Writes a commit's files, and those of its submodules, into an empty folder, all with the time of the commit: what is built
 * then is the commit and nothing else that lies about in the working tree. What git filters (LFS, line ends) is filtered.
 * @throws CodedError `source-unreadable`.
 */
export async function exportCommit(
  { root, commit, committedAt }: Pick<GitSource, 'root' | 'commit' | 'committedAt'>,
  to: string,
  world: World,
): Promise<void> {
  try {
    await exportTree({ root, commit, to, index: `${to}.index`, depth: 0 }, world);
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    throw new CodedError('source-unreadable', `the commit ${commit} could not be written out: ${lastWords(error)}`, {
      cause: error,
    });
  }
  setTimes(to, committedAt);
}

interface Tree {
  readonly root: string;
  readonly commit: string;
  readonly to: string;
  /** A file beside all that is written. */
  readonly index: string;
  readonly depth: number;
}

async function exportTree({ root, commit, to, index, depth }: Tree, world: World): Promise<void> {
  mkdirSync(to, { recursive: true });
  // An index of its own: the working tree's may hold what was never committed.
  const own = { GIT_INDEX_FILE: index, GIT_WORK_TREE: to };
  await git(root, ['read-tree', commit], world, own);
  await git(root, ['checkout-index', '--all', '--force', `--prefix=${to}/`], world, own);
  rmSync(index, { force: true });
  const links = (await git(root, ['ls-tree', '-r', '-z', '--full-tree', commit], world))
    .split('\0')
    .map((line) => /^160000 commit ([0-9a-f]{40,64})\t(.+)$/s.exec(line))
    .filter((link) => link !== null);
  for (const [, inner, path] of links) {
    const folder = join(root, path!);
    const held = existsSync(folder) ? await gitLine(folder, ['rev-parse', '--show-toplevel'], world) : undefined;
    if (held === undefined || held === root || depth === deepestSubmodule)
      throw new CodedError('submodule-missing', `the submodule ${path!} is not here`, {
        hint: 'git submodule update --init --recursive fetches it',
      });
    await exportTree({ root: held, commit: inner!, to: join(to, path!), index, depth: depth + 1 }, world);
  }
}

/** Of folders too, after what is in them. */
function setTimes(folder: string, seconds: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) setTimes(path, seconds);
    else lutimesSync(path, seconds, seconds);
  }
  lutimesSync(folder, seconds, seconds);
}

export function lastWords(error: ProgramFailed): string {
  return error.lastLines.filter((line) => line.trim() !== '').at(-1) ?? error.message;
}
