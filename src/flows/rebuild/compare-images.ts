import type { OpenedImage } from '../../image/index.ts';
import { readMembers } from '../../image/write/index.ts';
import { compareConfigs } from './compare-configs.ts';
import { compareLayers } from './compare-layers.ts';
import type { Difference } from './differences.ts';

/** More than anyone reads; what is missing is counted. */
const mostDifferences = 10_000;

export interface ImageComparison {
  readonly differences: readonly Difference[];
  /** Some were left out. */
  readonly isCut: boolean;
}

/** Says bit for bit in what an image differs from the one that was there before: none where their digests are the same. */
export async function compareImages(
  before: OpenedImage,
  after: OpenedImage,
  signal: AbortSignal,
): Promise<ImageComparison> {
  const known = before.manifestDigest ?? before.configDigest;
  if (known === after.manifestDigest || (before.manifestDigest === undefined && known === after.configDigest))
    return { differences: [], isCut: false };
  const differences: Difference[] = [];
  const count = Math.max(before.layers.length, after.layers.length);
  for (let index = 0; index < count && differences.length <= mostDifferences; index++) {
    const [old, now] = [before.layers[index], after.layers[index]];
    const layer = index + 1;
    if (old === undefined || now === undefined)
      differences.push({
        where: 'layer',
        layer,
        attribute: 'layer',
        before: old?.diffId ?? 'not there',
        after: now?.diffId ?? 'not there',
      });
    else if (old.diffId !== now.diffId) {
      const [left, right] = [
        await readMembers(old, { label: `layer ${layer} of ${before.name}`, signal }),
        await readMembers(now, { label: `layer ${layer} of the rebuilt image`, signal }),
      ];
      differences.push(...compareLayers(layer, left, right));
    } else if (old.digest !== undefined && old.digest !== now.digest)
      differences.push({
        where: 'layer',
        layer,
        attribute: 'packing',
        before: `${old.digest}, the same bytes inside`,
        after: now.digest ?? 'unpacked',
      });
  }
  const [old, now] = [await before.documents(), await after.documents()];
  const isFirst = differences.length === 0;
  // The digests of layers stand in it too: their own differences are enough.
  differences.push(
    ...compareConfigs(old.config, now.config).filter(({ attribute }) => isFirst || attribute !== 'form'),
  );
  if (differences.length === 0)
    differences.push({
      where: 'manifest',
      attribute: 'manifest',
      before: before.manifestDigest ?? 'none',
      after: after.manifestDigest ?? 'none',
    });
  return { differences: differences.slice(0, mostDifferences), isCut: differences.length > mostDifferences };
}
