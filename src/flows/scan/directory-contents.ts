import { catalogers, LayerCataloging, preferOperatingSystem } from '../../catalog/index.ts';
import { readDirectory } from '../../image/layers/index.ts';
import type { ImageRecord } from '../../model/index.ts';
import { assembleRecord } from '../../record/index.ts';
import { engine } from '../engine.ts';
import { type ContentsOptions, packageKinds } from './image-contents.ts';
import { layOver } from './lay-over.ts';

/** Reads a root filesystem on disk as if it were an image of one layer. Nothing is cached: files may change. */
export function contentsOfDirectory(root: string, options: ContentsOptions): ImageRecord {
  const cataloging = new LayerCataloging(catalogers);
  const tree = readDirectory(root, cataloging, { spoolDirectory: options.cacheDirectory, signal: options.signal });
  const catalog = cataloging.finish();
  const problems = [...tree.problems, ...catalog.problems];
  const scan = {
    ...catalog,
    problems,
    diffId: tree.digest,
    sizeBytes: tree.sizeBytes,
    entries: tree.entries,
    index: tree.index,
  };
  const over = layOver([scan]);
  return assembleRecord(
    {
      engine,
      image: {
        digest: tree.digest,
        kind: 'directory',
        configuration: { env: [], exposedPorts: [], volumes: [] },
        labels: {},
        annotations: {},
        attestations: [],
      },
      layers: [{ diffId: scan.diffId, sizeBytes: scan.sizeBytes, entries: scan.entries, share: over.shares[0]! }],
      items: over.items,
      packageKinds,
      symlinks: over.symlinks,
      hardLinks: over.hardLinks,
      preferOperatingSystem,
      problems: over.problems,
      textFiles: scan.textFiles,
    },
    [],
  );
}
