import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ImagePath } from '../../model/index.ts';
import { type EntryType, LayerIndexWriter } from './layer-index.ts';
import { Overlay } from './overlay.ts';

type Layer = readonly (readonly [path: string, type: EntryType, sizeBytes?: number])[];

function indexOf(layer: Layer): Uint8Array {
  const writer = new LayerIndexWriter();
  for (const [path, type, sizeBytes] of layer) {
    writer.place(path);
    writer.append({
      type,
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: sizeBytes ?? 0,
      ...(type === 'symlink' || type === 'hardlink' ? { linkTarget: 'x' } : {}),
    });
  }
  return writer.finish();
}

/** Layers from the bottom up → for each, `path → layer that hides it`. */
function hidden(layers: readonly Layer[]): Record<string, number>[] {
  const overlay = new Overlay();
  const result: Record<string, number>[] = layers.map(() => ({}));
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    overlay.add(layer, indexOf(layers[layer]!), layer === 0, (number, entry, hiddenBy) => {
      if (hiddenBy !== undefined) result[number]![entry.path()] = hiddenBy;
    });
  }
  return result;
}

describe('Overlay', () => {
  test('hides what is replaced, deleted, or lies below something deleted, opaque or no directory any more', () => {
    const layers: Layer[] = [
      [
        ['/a', 'directory'],
        ['/a/kept', 'file'],
        ['/a/replaced', 'file'],
        ['/a/deleted', 'file'],
        ['/b', 'directory'],
        ['/b/x', 'file'],
        ['/c', 'directory'],
        ['/c/y', 'file'],
        ['/c/sub', 'directory'],
        ['/c/sub/z', 'file'],
        ['/d', 'directory'],
        ['/d/w', 'file'],
      ],
      [
        ['/a', 'directory'],
        ['/a/replaced', 'file'],
        ['/a/deleted', 'whiteout'],
        ['/b', 'whiteout'],
      ],
      [
        ['/c', 'directory'],
        ['/c', 'opaque'],
        ['/c/new', 'file'],
        ['/d', 'symlink'],
        ['/a/replaced', 'symlink'],
      ],
    ];
    expect(hidden(layers)).toEqual([
      {
        '/a': 1,
        '/a/replaced': 1,
        '/a/deleted': 1,
        '/b': 1,
        '/b/x': 1,
        '/c': 2,
        '/c/y': 2,
        '/c/sub': 2,
        '/c/sub/z': 2,
        '/d': 2,
        '/d/w': 2,
      },
      { '/a/replaced': 2 },
      {},
    ]);
  });

  test('lets a path come back after it was deleted, without what lay below it', () => {
    const layers: Layer[] = [
      [
        ['/app', 'directory'],
        ['/app/old', 'file'],
      ],
      [['/app', 'whiteout']],
      [
        ['/app', 'directory'],
        ['/app/new', 'file'],
      ],
    ];
    expect(hidden(layers)).toEqual([{ '/app': 1, '/app/old': 1 }, {}, {}]);
  });

  test('counts visible, deleted and replaced bytes of each layer', () => {
    const overlay = new Overlay();
    const top = overlay.add(
      1,
      indexOf([
        ['/a', 'file', 5],
        ['/b', 'whiteout'],
      ]),
      false,
    );
    const bottom = overlay.add(
      0,
      indexOf([
        ['/a', 'file', 7],
        ['/b', 'directory'],
        ['/b/c', 'file', 11],
        ['/d', 'file', 13],
      ]),
      true,
    );
    expect([top, bottom]).toEqual([
      { visibleFiles: 1, visibleBytes: 5, deletedBytes: 0, deletedFiles: 0, replacedBytes: 0, replacedFiles: 0 },
      { visibleFiles: 1, visibleBytes: 13, deletedBytes: 11, deletedFiles: 1, replacedBytes: 7, replacedFiles: 1 },
    ]);
  });

  test('agrees with a plain model of overlay file systems on any layers', () => {
    const name = fc.constantFrom('a', 'b', 'ab');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
    const entry = fc.tuple(path, fc.constantFrom<EntryType>('file', 'directory', 'symlink', 'whiteout', 'opaque'));
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 6 }), { minLength: 1, maxLength: 4 }), (raw) => {
        const layers = raw.map(consistent);
        const found = hidden(layers);
        layers.forEach((layer, number) => {
          for (const [at, type] of layer) {
            if (type === 'whiteout' || type === 'opaque') continue;
            expect([number, at, found[number]![at] !== undefined]).toEqual([
              number,
              at,
              isHidden(layers, number, at, type === 'directory'),
            ]);
          }
        });
      }),
      { seed: 20261123, numRuns: 3000 },
    );
  });

  test('answers for a path the same as for an entry', () => {
    const overlay = new Overlay();
    overlay.add(
      1,
      indexOf([
        ['/usr', 'directory'],
        ['/usr/bin/x', 'whiteout'],
        ['/opt', 'opaque'],
      ]),
      false,
    );
    expect(
      ['/usr/bin/x', '/usr/bin/x/y', '/usr/bin/xy', '/opt/z', '/opt', '/usr'].map((path) =>
        overlay.hides(path as ImagePath),
      ),
    ).toEqual([1, 1, undefined, 1, 1, 1]);
    expect(overlay.hides('/usr' as ImagePath, true)).toBe(1);
    expect(overlay.hides('/opt' as ImagePath, true)).toBeUndefined();
  });
});

/** Makes a layer one that an engine could make: one entry a path, parents are directories, marks only where allowed. */
function consistent(entries: readonly (readonly [string, EntryType])[]): Layer {
  const real = new Map<string, EntryType>();
  const marks: [string, EntryType][] = [];
  for (const [path, type] of entries) {
    if (type === 'opaque') marks.push([path, type]);
    else if (type === 'whiteout') marks.push([path, type]);
    else if (!real.has(path)) real.set(path, type);
  }
  for (const path of [...real.keys()])
    for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1))
      real.set(path.slice(0, slash), 'directory');
  const kept = marks.filter(([path, type]) => {
    const inside = [...real.entries()].some(
      ([at, kind]) => kind !== 'directory' && (path === at || path.startsWith(`${at}/`)),
    );
    return (
      !inside &&
      (type === 'opaque'
        ? real.get(path) === 'directory'
        : ![...real.keys()].some((at) => at === path || at.startsWith(`${path}/`)))
    );
  });
  // Parents of whiteouts are directories too.
  for (const [path] of kept)
    for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1))
      if (!real.has(path.slice(0, slash))) real.set(path.slice(0, slash), 'directory');
  const clean = kept.filter(([path, type]) => type === 'opaque' || !real.has(path));
  return [...[...real].sort(([a], [b]) => (a < b ? -1 : 1)), ...clean];
}

function isHidden(layers: readonly Layer[], number: number, path: string, directory: boolean): boolean {
  for (const layer of layers.slice(number + 1)) {
    for (const [at, type] of layer) {
      const isBelow = path.startsWith(`${at}/`);
      if (type === 'whiteout' && (at === path || isBelow)) return true;
      if (type === 'opaque' && isBelow) return true;
      if (type !== 'whiteout' && type !== 'opaque' && (at === path || (isBelow && type !== 'directory'))) return true;
    }
  }
  void directory;
  return false;
}
