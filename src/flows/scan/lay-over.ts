import { type LayerIndexReader, type LayerShare, Overlay } from '../../image/layers/index.ts';
import type { ImagePath, Problem } from '../../model/index.ts';
import type { LayeredItem, VisibleHardLink, VisibleLink } from '../../record/index.ts';
import type { LayerScan } from './layer-scan.ts';

/** What a container sees of all layers together, as far as the record needs it. */
export interface LaidOver {
  readonly items: readonly LayeredItem[];
  /** Per layer, from the bottom up. */
  readonly shares: readonly LayerShare[];
  readonly symlinks: readonly VisibleLink[];
  readonly hardLinks: readonly VisibleHardLink[];
  readonly problems: readonly Problem[];
}

/** Links of an image at most: beyond, what leads to an executable can't be told. */
const maxLinks = 500_000;

/** Lays the scanned layers over one another: says of each item which upper layer hides it, and which links are seen. */
export function layOver(scans: readonly LayerScan[]): LaidOver {
  const overlay = new Overlay();
  const items: LayeredItem[] = [];
  const shares: LayerShare[] = [];
  const symlinks: VisibleLink[] = [];
  const hardLinks: VisibleHardLink[] = [];
  const problems: Problem[] = [];
  let dropped = 0;

  const seeLink = (layer: number, entry: LayerIndexReader, hiddenBy: number | undefined): void => {
    if (hiddenBy !== undefined || (entry.type !== 'symlink' && entry.type !== 'hardlink')) return;
    if (symlinks.length + hardLinks.length >= maxLinks) {
      dropped++;
      return;
    }
    const link = { path: entry.path() as ImagePath, target: entry.linkTarget() };
    if (entry.type === 'symlink') symlinks.push(link);
    else hardLinks.push({ ...link, layer, outlivesTarget: overlay.hides(link.target as ImagePath) !== undefined });
  };

  for (let layer = scans.length - 1; layer >= 0; layer--) {
    const scan = scans[layer]!;
    const hiders = new Map<string, number | undefined>();
    for (const { cataloger, items: found } of scan.found) {
      for (const item of found) {
        const path = item.path ?? ('/' as ImagePath);
        if (!hiders.has(path)) hiders.set(path, overlay.hides(path, item.kind === 'bloat' || item.kind === 'exposure'));
        const hiddenBy = isAggregate(item.kind) ? hiderOfAll(path, overlay) : hiders.get(path);
        items.push({ cataloger, layer, item, ...(hiddenBy === undefined ? {} : { hiddenBy }) });
      }
    }
    for (const problem of scan.problems) if (!isOver(problem, overlay)) problems.push({ ...problem, layer });
    shares[layer] = overlay.add(layer, scan.index, layer === 0, seeLink);
  }
  if (dropped > 0)
    problems.push({
      code: 'too-many-links',
      message: `${dropped} links beyond the first ${maxLinks} were not followed`,
      source: 'layers',
      hides: 'executables',
    });
  return { items, shares, symlinks, hardLinks, problems };
}

/**
 * A file that an upper layer hid can't run and holds no package of a container: not having understood it hides nothing.
 * Secrets count wherever they are.
 */
function isOver({ path, hides }: Problem, overlay: Overlay): boolean {
  return path !== undefined && hides !== 'all' && hides !== 'secrets' && overlay.hides(path) !== undefined;
}

/** Bloat is summed up per directory. */
function isAggregate(kind: string): boolean {
  return kind === 'bloat';
}

/**
 * Who hides all that lies below a directory: a layer that removed or replaced it. That an upper layer has the directory
 * too, with other attributes, hides nothing below it.
 */
function hiderOfAll(path: ImagePath, overlay: Overlay): number | undefined {
  return overlay.hides(`${path === '/' ? '' : path}/*` as ImagePath);
}
