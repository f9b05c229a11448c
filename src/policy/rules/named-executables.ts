import type { Executable, ImageRecord } from '../../model/index.ts';
import { matchesAny } from '../pattern.ts';
import { isDeleted } from '../rule.ts';
import type { Draft } from '../rule.ts';

/** A visible executable and those of its paths (its own and links to it) that have one of the names. */
interface Named {
  readonly executable: Executable;
  readonly paths: readonly string[];
}

/** Scripts of the same name lie among jobs and bug reports; what runs as a command does not. */
const isNoCommand = /^\/(?:etc|usr\/share)\//;

/** The executables that a container could start under one of the names, by file or by link. */
export function namedExecutables(
  record: ImageRecord,
  names: ReadonlySet<string>,
  except: readonly string[],
): readonly Named[] {
  const found: Named[] = [];
  const isNamed = (path: string): boolean =>
    names.has(path.slice(path.lastIndexOf('/') + 1)) && !isNoCommand.test(path) && !matchesAny(except, path);
  for (const executable of record.executables) {
    if (isDeleted(executable.place)) continue;
    let paths: string[] | undefined;
    const own = executable.place.path ?? '';
    if (isNamed(own)) (paths ??= []).push(own);
    for (const link of executable.links) if (isNamed(link)) (paths ??= []).push(link);
    if (paths !== undefined) found.push({ executable, paths });
  }
  return found;
}

/** A violation about such an executable. */
export function aboutExecutable(
  { executable, paths }: Named,
  words: Pick<Draft, 'why' | 'mend'> & { what: string },
): Draft {
  const { place } = executable;
  return {
    subject: `path:${place.path ?? paths[0]}`,
    severity: 'low',
    owner: place.owner,
    place,
    ...words,
    what: `${words.what} ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more names` : ''}`,
  };
}
