import type { Executable, ExecutableItem, ImagePath } from '../model/index.ts';
import type { VisibleHardLink } from './assembly.ts';
import type { AttributedItem } from './attribute.ts';
import { compareText } from './identity.ts';
import { linksTo, type VisibleLink } from './links.ts';
import type { Ownership } from './ownership.ts';
import type { Places } from './places.ts';

/** The executables that a container sees, with every link that leads to each, sorted by path. */
export function executablesOf(
  items: readonly AttributedItem<ExecutableItem>[],
  links: { symlinks: readonly VisibleLink[]; hardLinks: readonly VisibleHardLink[] },
  { places, ownership }: { places: Places; ownership: Ownership },
): Executable[] {
  const visible = items.filter(({ deletedIn }) => deletedIn === undefined);
  const paths = new Set<string>(visible.map(({ item }) => item.path));
  const bySymlink = linksTo(paths, links.symlinks);
  const byHardLink = new Map<string, ImagePath[]>();
  for (const { path, target, outlivesTarget } of links.hardLinks) {
    if (outlivesTarget || !paths.has(target)) continue;
    byHardLink.set(target, [...(byHardLink.get(target) ?? []), path]);
  }
  const executables = visible.map(({ item, layer }): Executable => {
    const { kind: _kind, path, ...facts } = item;
    const all = [...(bySymlink.get(path) ?? []), ...(byHardLink.get(path) ?? [])].sort(compareText);
    const ownedBy = ownership.idOf(path);
    return {
      ...facts,
      links: all,
      ...(ownedBy === undefined ? {} : { ownedBy }),
      place: places.inLayer(layer, { path }),
    };
  });
  return executables.sort((a, b) => compareText(a.place.path ?? '', b.place.path ?? ''));
}
