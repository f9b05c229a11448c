import { matchesPart } from './ignore-file.ts';
import type { Flag } from './syntax.ts';

/** Those of the context's files that COPY of a source would take: the file itself, all below a folder, what a pattern fits. */
export function copiedFiles(
  files: readonly string[],
  source: string,
  exclude: readonly Flag[] = [],
): readonly string[] {
  const wanted = partsOf(source);
  if (wanted.length > 100) return [];
  const excluded = exclude.flatMap(({ value }) => (value === undefined ? [] : [partsOf(value)]));
  return files.filter((file) => {
    const parts = partsOf(file);
    return isBelow(parts, wanted) && !excluded.some((pattern) => isBelow(parts, pattern));
  });
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function isBelow(path: readonly string[], above: readonly string[]): boolean {
  if (above.length > path.length) return false;
  return above.every((pattern, i) => pattern === path[i] || matchesPart(pattern, path[i]!));
}
