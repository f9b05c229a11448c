import type { Vex, VexStatement } from '../../api/contract.ts';
import { shortDigest } from '../../parts/words.ts';

export const statusWords: Readonly<Record<VexStatement['status'], string>> = {
  not_affected: 'not affected',
  affected: 'affected',
  fixed: 'fixed',
  under_investigation: 'under investigation',
};

/** For which images a document counts. */
export function countsFor({ image, team }: Vex): string {
  if (image !== undefined) return `image ${shortDigest(image)}`;
  return team === undefined ? 'every image' : `images of team ${team}`;
}

/** `pkg:npm/lodash in pkg:oci/cart` */
export function aboutText({ products }: VexStatement): string {
  return products
    .map(({ id, packages }) => (packages.length === 0 ? id : `${packages.join(', ')} in ${id}`))
    .join(', ');
}
