import { directoryOf, type ImagePath, imagePath } from '../model/index.ts';

/** A link that a container sees. */
export interface VisibleLink {
  readonly path: ImagePath;
  /** As written for a symbolic link, from the root for a hard link. */
  readonly target: string;
}

const maxHops = 40;

/**
 * For each of the given files, the symbolic links that lead to it, also by way of other links and of linked
 * directories; followed as the kernel does for a process chrooted into the image, 40 hops at most.
 */
export function linksTo(files: ReadonlySet<string>, links: readonly VisibleLink[]): Map<string, ImagePath[]> {
  const targets = new Map<string, string>(links.map(({ path, target }) => [path, target]));
  const found = new Map<string, ImagePath[]>();
  for (const { path } of links) {
    const end = resolve(path, targets);
    if (end === undefined || !files.has(end)) continue;
    const list = found.get(end);
    if (list === undefined) found.set(end, [path]);
    else list.push(path);
  }
  for (const list of found.values()) list.sort();
  return found;
}

/** Follows every link on the way; undefined where they lead in a circle. */
function resolve(path: string, targets: ReadonlyMap<string, string>): string | undefined {
  let rest = path.split('/').filter((part) => part !== '');
  let at = '';
  let hops = 0;
  while (rest.length > 0) {
    const next = `${at}/${rest[0]}`;
    const target = targets.get(next);
    rest = rest.slice(1);
    if (target === undefined) {
      at = next;
      continue;
    }
    if (++hops > maxHops) return undefined;
    const whole = imagePath(
      `${target.startsWith('/') ? target : `${directoryOf(next as ImagePath)}/${target}`}/${rest.join('/')}`,
    );
    rest = whole.split('/').filter((part) => part !== '');
    at = '';
  }
  return at === '' ? '/' : at;
}
