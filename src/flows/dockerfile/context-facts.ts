import fs from 'node:fs';
import path from 'node:path';
import { type Dockerfile, instructionsOf, type LintFacts } from '../../dockerfile/index.ts';

const mostFiles = 50_000;
const deepest = 30;
/** How far above its Dockerfile a context is looked for. */
const mostParents = 4;

/** Files of folders that were looked at before in the same run. */
export type KnownFolders = Map<string, readonly string[] | undefined>;

/** What is known of a build context. */
export interface ContextFacts {
  readonly facts: Pick<LintFacts, 'contextFiles' | 'ignoreFile'>;
  /** Where it lies; undefined where none is known. */
  readonly folder: string | undefined;
}

/**
 * What lies in the build context, for a Dockerfile that copies from it. Which folder that is the file doesn't say: the one that
 * was named, else the Dockerfile's own or one above it in the same repository that has all that it copies. Nothing is known
 * where there is none.
 */
export function contextFacts(
  file: Dockerfile,
  {
    dockerfile,
    context,
    known,
  }: { readonly dockerfile: string | undefined; readonly context: string | undefined; readonly known: KnownFolders },
): ContextFacts {
  const sources = localSources(file);
  if (sources.length === 0) return { facts: {}, folder: undefined };
  const folder = context ?? (dockerfile === undefined ? undefined : likelyContext(path.dirname(dockerfile), sources));
  if (folder === undefined) return { facts: {}, folder };
  const ignoreFile = readIgnoreFile(folder, dockerfile);
  if (!known.has(folder)) known.set(folder, filesOf(folder));
  const contextFiles = known.get(folder);
  return { facts: { ignoreFile, ...(contextFiles === undefined ? {} : { contextFiles }) }, folder };
}

/** Paths that COPY and ADD take from the context. */
function localSources(file: Dockerfile): readonly string[] {
  return instructionsOf(file, 'copy', 'add').flatMap(({ from, sources }) =>
    from !== undefined
      ? []
      : sources.flatMap(({ text, heredoc }) =>
          heredoc !== undefined || /^[a-z][a-z0-9+.-]*:\/\/|^git@/i.test(text) ? [] : [text],
        ),
  );
}

function likelyContext(start: string, sources: readonly string[]): string | undefined {
  // What has a pattern or a variable can't be looked up as it is.
  const literal = sources.filter((source) => !/[*?[$"'\\]/.test(source)).slice(0, 50);
  let folder = start;
  for (let up = 0; up <= mostParents; up++) {
    if (literal.every((source) => fs.existsSync(path.join(folder, source)))) return folder;
    const above = path.join(folder, '..');
    if (fs.existsSync(path.join(folder, '.git')) || path.resolve(above) === path.resolve(folder)) return undefined;
    folder = above;
  }
  return undefined;
}

/** BuildKit prefers `<Dockerfile>.dockerignore`; `null` where there is none of both. */
function readIgnoreFile(folder: string, dockerfile: string | undefined): string | null | undefined {
  const candidates = [
    ...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]),
    path.join(folder, '.dockerignore'),
  ];
  for (const candidate of candidates) {
    try {
      const { size } = fs.statSync(candidate);
      return size > 1024 * 1024 ? undefined : fs.readFileSync(candidate, 'utf8');
    } catch (error) {
      // One that is there but can't be read says nothing, which is not the same as none.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined;
    }
  }
  return null;
}

/** Files below the folder with `/` between parts; undefined where there are too many to look at. */
function filesOf(folder: string): readonly string[] | undefined {
  const files: string[] = [];
  const waiting = [{ below: '', depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    let entries: readonly fs.Dirent[];
    try {
      entries = fs.readdirSync(path.join(folder, next.below), { withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      const name = next.below === '' ? entry.name : `${next.below}/${entry.name}`;
      if (!entry.isDirectory()) files.push(name);
      // The insides of these tell nothing that a rule asks.
      else if (entry.name !== '.git' && entry.name !== 'node_modules' && next.depth < deepest)
        waiting.push({ below: name, depth: next.depth + 1 });
      if (files.length > mostFiles) return undefined;
    }
  }
  return files.sort();
}
