import { constants } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isWanted, type Project } from '../../../dockerfile/init/index.ts';
import { CodedError } from '../../../model/index.ts';

/** How much of a project is looked at. */
const limits = { files: 20_000, folders: 5_000, depth: 12, fileBytes: 4 << 20, totalBytes: 64 << 20 };

/** Folders that hold what tools fetched or made. */
const skipped: ReadonlySet<string> = new Set([
  ...['.git', '.hg', '.svn', 'node_modules', '.venv', 'venv', '__pycache__', '.tox', '.gradle', '.idea', '.vscode'],
  ...['target', '.next', '.nuxt', '.cache', '.terraform', '.bundle', 'Pods', 'bower_components'],
]);

export interface ReadProject {
  readonly project: Project;
  /** What was not looked at. */
  readonly notes: readonly string[];
}

/**
 * Lists a project's directory and reads the files that tell what it is. Links are not followed, so nothing outside is
 * read. Throws `directory-unreadable`.
 */
export async function readProject(directory: string): Promise<ReadProject> {
  const root = await rootOf(directory);
  const { files, isComplete } = await listFiles(root);
  const notes = isComplete ? [] : [`only the first ${limits.files} files of the directory were looked at`];
  const texts = new Map<string, string>();
  let total = 0;
  for (const path of files.filter(isWanted)) {
    const text = total > limits.totalBytes ? undefined : await textOf(join(root, path));
    if (text === undefined) notes.push(`${path} could not be read, or is too large`);
    else {
      total += text.length;
      texts.set(path, text);
    }
  }
  return { project: { name: basename(root), files, texts }, notes };
}

async function rootOf(directory: string): Promise<string> {
  let why = 'it is not a directory';
  try {
    const root = await realpath(directory);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such directory' : (error as Error).message;
  }
  throw new CodedError('directory-unreadable', `${directory} cannot be looked at: ${why}`, {
    hint: 'name the directory that holds the project',
  });
}

/** Files, those near the root first, so that a limit cuts what matters least. */
async function listFiles(root: string): Promise<{ readonly files: string[]; readonly isComplete: boolean }> {
  const files: string[] = [];
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  let folders = 0;
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    if (++folders > limits.folders) return { files: files.sort(), isComplete: false };
    const { path, depth } = folder;
    // A folder that can't be listed is as one that is empty: what must be read in it is missed soon enough.
    const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isFile()) files.push(name);
      else if (entry.isDirectory() && !skipped.has(entry.name) && depth < limits.depth && !isVendored(path))
        waiting.push({ path: name, depth: depth + 1 });
      if (files.length >= limits.files) return { files: files.sort(), isComplete: false };
    }
  }
  return { files: files.sort(), isComplete: true };
}

/** What others wrote: Go's and PHP's packages, Ruby's gems. That they are there is all that counts. */
function isVendored(path: string): boolean {
  return /(?:^|\/)vendor\/[^/]+$/.test(path);
}

/** Undefined where the file is a link, too large, or not readable. */
async function textOf(path: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile() || facts.size > limits.fileBytes) return undefined;
    return await file.readFile('utf8');
  } catch {
    return undefined;
  } finally {
    await file?.close();
  }
}
