import { nodeHash, rootOfPeaks } from './hashes.ts';

/** A whole subtree: the `index`th from the left of those with 2^`level` leaves. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
  readonly hash: Buffer;
}

/**
 * The right edge of a Merkle tree: all that is needed to append leaves and to tell the root, some 32 bytes for each doubling of
 * the tree.
 */
export class Frontier {
  #size: number;
  readonly #peaks: Buffer[];

  /**
   * @param peaks hashes of the largest whole subtrees that make up the first `size` leaves, from the left.
   * @throws RangeError where there are more or fewer than such a tree has.
   */
  constructor(size = 0, peaks: readonly Uint8Array[] = []) {
    if (!Number.isSafeInteger(size) || size < 0 || peaks.length !== peakLevels(size).length)
      throw new RangeError(`a tree of ${size} leaves does not have ${peaks.length} peaks`);
    this.#size = size;
    this.#peaks = peaks.map((peak) => Buffer.from(peak));
  }

  get size(): number {
    return this.#size;
  }

  get peaks(): readonly Buffer[] {
    return this.#peaks;
  }

  /** Takes the next leaf's hash; calls back for every inner node that it makes whole. */
  append(leaf: Buffer, onNode?: (node: TreeNode) => void): void {
    let hash = leaf;
    let index = this.#size;
    for (let level = 1; index % 2 === 1; level++) {
      hash = nodeHash(this.#peaks.pop()!, hash);
      index = (index - 1) / 2;
      onNode?.({ level, index, hash });
    }
    this.#peaks.push(hash);
    this.#size++;
  }

  root(): Buffer {
    return rootOfPeaks(this.#peaks);
  }

  copy(): Frontier {
    return new Frontier(this.#size, this.#peaks);
  }
}

/** Levels of the peaks of a tree of that size, from the left: the bits of the number. */
export function peakLevels(size: number): number[] {
  const levels: number[] = [];
  for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) levels.unshift(level);
  return levels;
}
