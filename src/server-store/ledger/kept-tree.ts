import type { PoolClient } from 'pg';
import { Frontier, nodesOf, rootOfPeaks, type TreeNode } from '../../ledger/index.ts';

/** Only every eighth level is kept: a proof then reads at most 128 hashes for each of its own. */
const levelStep = 8;

/** Whether a subtree's hash is kept when it becomes whole. */
export function isKept({ level }: { readonly level: number }): boolean {
  return level % levelStep === 0;
}

/** The hash of a whole subtree, from what is kept below it. */
export async function hashOfNode(client: PoolClient, { level, index }: Omit<TreeNode, 'hash'>): Promise<Buffer> {
  const below = level - (level % levelStep);
  const count = 2 ** (level - below);
  const from = index * count;
  const { rows } =
    below === 0
      ? await client.query<{ hash: Buffer }>(
          'SELECT hash FROM ledger_entry WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence',
          [from, from + count],
        )
      : await client.query<{ hash: Buffer }>(
          'SELECT hash FROM ledger_node WHERE level = $1 AND place >= $2 AND place < $3 ORDER BY place',
          [below, from, from + count],
        );
  if (rows.length !== count)
    throw new Error(`of the tree's ${count} hashes from ${below}/${from} on ${rows.length} are there`);
  const whole = new Frontier();
  for (const { hash } of rows) whole.append(hash);
  return rootOfPeaks(whole.peaks);
}

/** The right edge of the tree over the first `size` entries. */
export async function readFrontier(client: PoolClient, size: number): Promise<Frontier> {
  const peaks: Buffer[] = [];
  for (const node of nodesOf({ start: 0, end: size })) peaks.push(await hashOfNode(client, node));
  return new Frontier(size, peaks);
}
