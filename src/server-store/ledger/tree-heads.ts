import {
  checkpointText,
  consistencyProof,
  type Frontier,
  inclusionProof,
  type SignedTreeHead,
} from '../../ledger/index.ts';
import type { Store } from '../store.ts';
import { hashOfNode, readFrontier } from './kept-tree.ts';
import { ledgerState } from './read.ts';

/** What signs tree heads: a key, wherever it is kept. */
export interface HeadSigner {
  readonly publicKey: { readonly id: string; readonly pem: string };
  sign(message: Uint8Array): Promise<Buffer>;
}

/** A signed head, and how many entries it covers. */
export interface KeptTreeHead extends SignedTreeHead {
  readonly size: number;
}

/** Signs what the ledger is now; the head that is there already, where nothing was added since. */
export async function signTreeHead(store: Store, signer: HeadSigner): Promise<KeptTreeHead> {
  const { ledger, size } = await ledgerState(store);
  const { id: key, pem } = signer.publicKey;
  const known = await headAt(store, size, key);
  if (known !== undefined) return known;
  const root = (await frontierAt(store, size)).root();
  const time = new Date().toISOString();
  const checkpoint = checkpointText({ ledger, size, root, time });
  const signature = (await signer.sign(Buffer.from(checkpoint))).toString('base64');
  await store.db
    .insertInto('ledger_key')
    .values({ id: key, public_key: pem })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await store.db
    .insertInto('ledger_tree_head')
    .values({ size, key, signed_at: time, checkpoint, signature })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  // Another process may have been first: all hand out the same.
  return (await headAt(store, size, key))!;
}

/** Heads that cover more than `after` and at most `until` entries, smallest first. */
export async function treeHeads(
  store: Store,
  { after, until }: { readonly after: number; readonly until: number },
): Promise<readonly KeptTreeHead[]> {
  return store.db
    .selectFrom('ledger_tree_head')
    .select(['size', 'key', 'checkpoint', 'signature'])
    .where('size', '>', after)
    .where('size', '<=', until)
    .orderBy('size')
    .orderBy('key')
    .execute();
}

/** How many entries the first head covers that covers at least so many. */
export async function firstHead(store: Store, atLeast: number): Promise<number | undefined> {
  const row = await store.db
    .selectFrom('ledger_tree_head')
    .select('size')
    .where('size', '>=', atLeast)
    .orderBy('size')
    .limit(1)
    .executeTakeFirst();
  return row?.size;
}

/** Every key that has signed a head. */
export async function ledgerKeys(
  store: Store,
): Promise<readonly { readonly id: string; readonly publicKey: string }[]> {
  return store.db.selectFrom('ledger_key').select(['id', 'public_key as publicKey']).orderBy('id').execute();
}

/** The tree's right edge over the first `size` entries. */
export function frontierAt(store: Store, size: number): Promise<Frontier> {
  return store.pool.use((client) => readFrontier(client, size));
}

/** Proof that an entry is in the tree over the first `size` (RFC 6962 § 2.1.1). */
export function proveInclusion(store: Store, sequence: number, size: number): Promise<readonly Buffer[]> {
  return store.pool.use((client) => inclusionProof(sequence - 1, size, (node) => hashOfNode(client, node)));
}

/** Proof that the tree over the first `size` entries begins with that over the first `oldSize` (§ 2.1.2). */
export function proveConsistency(store: Store, oldSize: number, size: number): Promise<readonly Buffer[]> {
  return store.pool.use((client) => consistencyProof(oldSize, size, (node) => hashOfNode(client, node)));
}

async function headAt(store: Store, size: number, key: string): Promise<KeptTreeHead | undefined> {
  return store.db
    .selectFrom('ledger_tree_head')
    .select(['size', 'key', 'checkpoint', 'signature'])
    .where('size', '=', size)
    .where('key', '=', key)
    .executeTakeFirst();
}
