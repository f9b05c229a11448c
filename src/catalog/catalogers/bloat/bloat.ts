import type { BloatItem, ImagePath } from '../../../model/index.ts';
import { imagePath } from '../../../model/index.ts';
import type { Cataloger, CatalogEntry, CatalogResult, EntryObserver } from '../../cataloger.ts';
import { nothing } from '../../cataloger.ts';
import type { DirectoryKind } from './place-index.ts';
import { kindOfDirectory } from './place-index.ts';
import { toolOf } from './tool-names.ts';

const name = 'bloat';
/** Trees and tools told apart in one layer; what comes after is added up under `/`. */
const maxPlaces = 4_000;

interface Sum {
  readonly category: BloatItem['category'];
  readonly path: ImagePath;
  readonly tool: boolean;
  sizeBytes: number;
  files: number;
}

/** What the application does not need: caches, docs, tests, histories, and tools that help whoever breaks in. */
export const bloat: Cataloger = {
  name,
  version: 1,
  summary:
    'Package caches, docs, locales, tests, version control, shells, compilers, package managers, network tools, debug symbols, temporary files',
  packages: [],
  claims: [],
  catalog: () => nothing,
  observe: observeLayer,
};

/** Adds up one layer. Files of a directory follow one another in a layer, so each directory is looked at about once. */
function observeLayer(): EntryObserver {
  const sums = new Map<string, Sum>();
  let directory = '';
  let kind: DirectoryKind = kindOfDirectory('');
  let treeSum: Sum | undefined;

  function sumFor(category: BloatItem['category'], path: string, tool: boolean): Sum {
    const key = `${category} ${path}`;
    const known = sums.get(key);
    if (known !== undefined) return known;
    const full = sums.size >= maxPlaces && path !== '/';
    if (full) return sumFor(category, '/', tool);
    const sum: Sum = { category, path: imagePath(path), tool, sizeBytes: 0, files: 0 };
    sums.set(key, sum);
    return sum;
  }

  function enter(path: string): void {
    directory = path;
    kind = kindOfDirectory(path);
    treeSum = kind.category === undefined ? undefined : sumFor(kind.category, path.slice(0, kind.topLength), false);
  }

  function see(entry: CatalogEntry): void {
    const { type, path } = entry;
    if (type !== 'file' && type !== 'hardlink' && type !== 'symlink') return;
    let slash = directory.length;
    // Most files lie in the directory of the one before; looking forward from there is the cheapest way to know.
    if (path.charCodeAt(slash) !== 47 || path.indexOf('/', slash + 1) >= 0 || !path.startsWith(directory)) {
      slash = path.lastIndexOf('/');
      enter(path.slice(0, slash));
    }
    const bytes = type === 'file' ? entry.sizeBytes : 0;
    if (kind.programs) {
      const tool = toolOf(path.slice(slash + 1));
      if (tool !== undefined) return add(sumFor(tool, path, true), bytes);
    }
    if (treeSum !== undefined) return add(treeSum, bytes);
    if (isDebugFile(path)) add(sumFor('debug-symbols', directory === '' ? '/' : directory, false), bytes);
  }

  function done(): CatalogResult {
    const items: BloatItem[] = [];
    for (const { category, path, tool, sizeBytes, files } of sums.values()) {
      // Empty log files and locks are no bloat; a link that makes a shell of busybox is.
      if (sizeBytes > 0 || tool) items.push({ kind: 'bloat', path, category, sizeBytes, files });
    }
    return { items, problems: [] };
  }

  return { see, done };
}

function add(sum: Sum, bytes: number): void {
  sum.sizeBytes += bytes;
  sum.files++;
}

/** `.debug`, `.dbg`, `.pdb`, `.dwp`, `.dwo`: told by the last letters, without a copy. */
function isDebugFile(path: string): boolean {
  const last = path.charCodeAt(path.length - 1);
  if (last !== 0x67 && last !== 0x62 && last !== 0x70 && last !== 0x6f) return false;
  return (
    path.endsWith('.debug') ||
    path.endsWith('.dbg') ||
    path.endsWith('.pdb') ||
    path.endsWith('.dwp') ||
    path.endsWith('.dwo')
  );
}
