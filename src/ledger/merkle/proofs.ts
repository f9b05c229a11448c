import { peakLevels } from './frontier.ts';
import { nodeHash, rootOfPeaks } from './hashes.ts';

/** Leaves `start` up to, not including, `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** A whole subtree, without its hash. */
export interface NodeName {
  readonly level: number;
  readonly index: number;
}

/** Answers for the hash of a whole subtree. */
export type HashOfNode = (node: NodeName) => Promise<Buffer>;

/**
 * Proof that a leaf is in a tree (RFC 6962 § 2.1.1).
 * @param index of the leaf, from 0.
 */
export async function inclusionProof(index: number, size: number, hashOf: HashOfNode): Promise<Buffer[]> {
  if (!(index >= 0 && index < size)) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.unshift({ start: middle, end });
      end = middle;
    } else {
      ranges.unshift({ start, end: middle });
      start = middle;
    }
  }
  return hashesOf(ranges, hashOf);
}

/** Proof that a tree begins with all leaves of a smaller one, in their order (RFC 6962 § 2.1.2). */
export async function consistencyProof(oldSize: number, size: number, hashOf: HashOfNode): Promise<Buffer[]> {
  if (!(oldSize > 0 && oldSize <= size)) throw new RangeError(`no tree of ${oldSize} leaves in one of ${size}`);
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size];
  let isWhole = true;
  while (oldSize !== end) {
    const middle = start + splitOf(end - start);
    if (oldSize <= middle) {
      ranges.unshift({ start: middle, end });
      end = middle;
    } else {
      ranges.unshift({ start, end: middle });
      start = middle;
      isWhole = false;
    }
  }
  if (!isWhole) ranges.unshift({ start, end });
  return hashesOf(ranges, hashOf);
}

/** The root that an inclusion proof leads to; undefined where the proof has not the length that it must have. */
export function rootOfInclusion(
  leaf: { readonly hash: Uint8Array; readonly index: number },
  size: number,
  proof: readonly Uint8Array[],
): Buffer | undefined {
  if (!(leaf.index >= 0 && leaf.index < size)) return undefined;
  let hash: Buffer = Buffer.from(leaf.hash);
  let [node, last] = [leaf.index, size - 1];
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? hash : undefined;
}

/** Whether the proof shows that the tree with the new root begins with that of the old one (RFC 9162 § 2.1.4.2). */
export function isConsistent(
  old: { readonly size: number; readonly root: Uint8Array },
  now: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (old.size < 1 || old.size > now.size) return false;
  if (old.size === now.size) return proof.length === 0 && Buffer.compare(old.root, now.root) === 0;
  const path = Number.isInteger(Math.log2(old.size)) ? [old.root, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [node, last] = [old.size - 1, now.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let oldHash: Buffer = Buffer.from(first);
  let newHash = oldHash;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else newHash = nodeHash(newHash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && oldHash.equals(old.root) && newHash.equals(now.root);
}

/** The whole subtrees that make up a range whose start lies on a border of its size's, from the left. */
export function nodesOf({ start, end }: LeafRange): NodeName[] {
  const nodes: NodeName[] = [];
  let from = start;
  for (const level of peakLevels(end - start)) {
    nodes.push({ level, index: from / 2 ** level });
    from += 2 ** level;
  }
  return nodes;
}

async function hashesOf(ranges: readonly LeafRange[], hashOf: HashOfNode): Promise<Buffer[]> {
  const hashes: Buffer[] = [];
  for (const range of ranges) {
    const peaks: Buffer[] = [];
    for (const node of nodesOf(range)) peaks.push(await hashOf(node));
    hashes.push(rootOfPeaks(peaks));
  }
  return hashes;
}

/** The largest power of two below n. */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

function half(n: number): number {
  return Math.floor(n / 2);
}
