import type { BloatItem } from '../../../model/index.ts';
import { bloatDirectories, libraryDirectories, testDirectories } from './directories.table.ts';

/** What a directory is: part of a tree that is not needed, a directory of programs, or neither. */
export interface DirectoryKind {
  readonly category?: BloatItem['category'];
  /** Length of the part of the path that names the tree's top. */
  readonly topLength: number;
  readonly programs: boolean;
}

interface Pattern {
  /** What must follow the first name: empty, or `/b/c`. */
  readonly rest: string;
  readonly rooted: boolean;
  readonly category: BloatItem['category'];
}

const plain: DirectoryKind = { topLength: 0, programs: false };
const programs: DirectoryKind = { topLength: 0, programs: true };
const patterns = indexPatterns();

function indexPatterns(): ReadonlyMap<string, readonly Pattern[]> {
  const index = new Map<string, Pattern[]>();
  for (const { path, category } of bloatDirectories) {
    const rooted = path.startsWith('/');
    const relative = rooted ? path.slice(1) : path;
    const slash = relative.indexOf('/');
    const first = slash < 0 ? relative : relative.slice(0, slash);
    const pattern = { rest: slash < 0 ? '' : relative.slice(slash), rooted, category };
    const list = index.get(first);
    if (list === undefined) index.set(first, [pattern]);
    else list.push(pattern);
  }
  return index;
}

/**
 * Says what a directory is, by the names on its way. The topmost tree wins, except that a library's tests are told
 * from the library. Linear in the path's length; called once per directory, not per file.
 */
export function kindOfDirectory(path: string): DirectoryKind {
  let library = 0;
  let lastStart = 1;
  for (let start = 1; start < path.length;) {
    const slash = path.indexOf('/', start);
    const end = slash < 0 ? path.length : slash;
    const name = path.slice(start, end);
    const candidates = patterns.get(name);
    if (candidates !== undefined) {
      for (const { rest, rooted, category } of candidates) {
        if (rooted && start !== 1) continue;
        const topLength = end + rest.length;
        if (!path.startsWith(rest, end) || (topLength < path.length && path.charCodeAt(topLength) !== 47)) continue;
        return { category, topLength, programs: category === 'compiler' && isPrograms(path) };
      }
    }
    if (library > 0 && testDirectories.has(name)) return { category: 'tests', topLength: library, programs: false };
    // The name after a library directory is a package, which may be called "test" itself.
    if (library === 0 && libraryDirectories.has(name)) library = end;
    lastStart = start;
    start = end + 1;
    if (library === end) {
      // npm's scopes take two names: `@scope/test`.
      for (let names = path.charCodeAt(start) === 64 ? 2 : 1; names > 0; names--) {
        const next = path.indexOf('/', start);
        if (next < 0) return plain;
        start = next + 1;
      }
    }
  }
  if (library > 0) return plain;
  const last = path.slice(lastStart);
  return last === 'bin' || last === 'sbin' ? programs : plain;
}

function isPrograms(path: string): boolean {
  return path.endsWith('/bin') || path.endsWith('/sbin');
}
