import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Frontier } from './frontier.ts';
import { emptyRoot, leafHash, nodeHash } from './hashes.ts';
import { consistencyProof, inclusionProof, isConsistent, type NodeName, rootOfInclusion } from './proofs.ts';

// Leaves and roots of the test suite of certificate-transparency, which RFC 6962's authors published.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The definition, word by word: RFC 6962 § 2.1. */
function treeHash(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return emptyRoot();
  if (hashes.length === 1) return hashes[0]!;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(treeHash(hashes.slice(0, split)), treeHash(hashes.slice(split)));
}

function numbered(size: number): Buffer[] {
  return Array.from({ length: size }, (_, i) => leafHash(`leaf ${i}`));
}

function hashOfNode(hashes: readonly Buffer[]): (node: NodeName) => Promise<Buffer> {
  return async ({ level, index }) => treeHash(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level));
}

describe('the Merkle tree', () => {
  test('has the roots that the authors of RFC 6962 published', () => {
    const frontier = new Frontier();
    const found = leaves.map((leaf) => {
      frontier.append(leafHash(Buffer.from(leaf, 'hex')));
      return frontier.root().toString('hex');
    });
    expect(found).toEqual(roots);
    expect(new Frontier().root().toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  test('proves that leaf 5 is in the tree of 7 with the hashes that RFC 6962 names in its example', async () => {
    const hashes = leaves.slice(0, 7).map((leaf) => leafHash(Buffer.from(leaf, 'hex')));
    const proof = await inclusionProof(5, 7, hashOfNode(hashes));
    // § 2.1.3: the audit path of d5 is e, the node over d6 alone (j), and the left half (k).
    expect(proof).toEqual([hashes[4], hashes[6], treeHash(hashes.slice(0, 4))]);
  });

  test('says every whole subtree once, when it becomes whole', () => {
    const frontier = new Frontier();
    const nodes: string[] = [];
    for (const leaf of numbered(6)) frontier.append(leaf, ({ level, index }) => nodes.push(`${level}/${index}`));
    expect(nodes).toEqual(['1/0', '1/1', '2/0', '1/2']);
  });

  test('goes on from its right edge as if it had never stopped', () => {
    const hashes = numbered(40);
    for (let stop = 0; stop <= 40; stop++) {
      const before = new Frontier();
      for (const leaf of hashes.slice(0, stop)) before.append(leaf);
      const after = new Frontier(before.size, before.peaks);
      for (const leaf of hashes.slice(stop)) after.append(leaf);
      expect(after.root()).toEqual(treeHash(hashes));
    }
  });

  test('proves every leaf of every tree to 40, and with one bit turned nothing', async () => {
    const all = numbered(40);
    for (let size = 1; size <= 40; size++) {
      const hashes = all.slice(0, size);
      const root = treeHash(hashes);
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof(index, size, hashOfNode(hashes));
        const leaf = { hash: hashes[index]!, index };
        expect(rootOfInclusion(leaf, size, proof)).toEqual(root);
        expect(rootOfInclusion({ ...leaf, hash: all[(index + 1) % 40]! }, size, proof)).not.toEqual(root);
        expect(rootOfInclusion(leaf, size, [...proof, root])).not.toEqual(root);
        if (proof.length > 0) expect(rootOfInclusion(leaf, size, proof.slice(1))).not.toEqual(root);
      }
    }
  });

  test('proves that every tree begins with every smaller one, and with no other', async () => {
    const all = numbered(34);
    const other = treeHash(numbered(3).reverse());
    for (let size = 1; size <= 34; size++)
      for (let old = 1; old <= size; old++) {
        const now = { size, root: treeHash(all.slice(0, size)) };
        const before = { size: old, root: treeHash(all.slice(0, old)) };
        const proof = await consistencyProof(old, size, hashOfNode(all.slice(0, size)));
        expect(isConsistent(before, now, proof)).toBe(true);
        expect(isConsistent({ ...before, root: other }, now, proof)).toBe(false);
        expect(isConsistent(before, { ...now, root: other }, proof)).toBe(false);
        expect(isConsistent(before, now, [...proof, other])).toBe(false);
      }
  });

  test('takes any proof that a stranger hands it and ends', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.nat(2 ** 31), fc.array(bytes, { maxLength: 70 }), (index, size, proof) => {
        const root = Buffer.alloc(32);
        expect(rootOfInclusion({ hash: root, index }, size, proof)?.equals(root) ?? false).toBe(false);
        expect(isConsistent({ size: index, root }, { size, root: Buffer.alloc(32, 1) }, proof)).toBe(false);
      }),
      { seed: 6962, numRuns: 300 },
    );
  });
});
