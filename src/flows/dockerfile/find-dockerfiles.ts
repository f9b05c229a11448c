import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../model/index.ts';

const names = /^(?:Dockerfile|Containerfile)(?:\..+)?$|^.+\.(?:Dockerfile|Containerfile)$/i;
/** Named like a Dockerfile, but another thing: ignore files, texts, templates, what editors leave. */
const others =
  /\.(?:dockerignore|containerignore|md|txt|rst|bak|orig|rej|swp|swo|tmp|in|j2|jinja2?|tmpl|tpl|template|erb|ejs|mustache|[jt]s|py|go|sh|ya?ml|json)$|~$/i;
const skipped: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.terraform',
  '.venv',
  '__pycache__',
]);

const deepest = 40;
const mostEntries = 500_000;

/** Files below a folder that are named as Dockerfiles are, sorted. Links are not followed. */
export function findDockerfiles(folder: string): readonly string[] {
  const found: string[] = [];
  let entries = 0;
  const waiting = [{ folder, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of entriesOf(next.folder)) {
      if (++entries > mostEntries)
        throw new CodedError('folder-too-large', `${folder} has more than ${mostEntries} entries`, {
          hint: 'name the Dockerfiles, or a smaller folder',
        });
      const file = path.join(next.folder, entry.name);
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name) && next.depth < deepest) waiting.push({ folder: file, depth: next.depth + 1 });
      } else if (entry.isFile() && names.test(entry.name) && !others.test(entry.name)) found.push(file);
    }
  }
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A folder that may not be read is passed over: it is no part of what the user can build. */
function entriesOf(folder: string): readonly fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return [];
    throw new CodedError('dockerfile-unreadable', `${folder} could not be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
