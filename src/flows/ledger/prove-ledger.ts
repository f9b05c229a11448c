import { endLine, entryLine, headerLine, LedgerVerifier, treeHeadLine } from '../../ledger/index.ts';
import {
  frontierAt,
  type HeadSigner,
  hashAt,
  type KeptTreeHead,
  ledgerKeys,
  ledgerState,
  readEntries,
  signTreeHead,
  type Store,
  treeHeads,
} from '../../server-store/index.ts';
import { isSignedBy, parsePublicKey } from '../../trust/index.ts';

/** What checking the whole ledger came to. */
export interface LedgerProof {
  readonly ledger: string;
  readonly result: 'intact' | 'broken' | 'cannot-tell';
  readonly entries: number;
  readonly faults: { readonly entry?: number; readonly what: string }[];
  /** Base64 of the tree's root. */
  readonly root: string;
  readonly lastHash: string;
  readonly head?: KeptTreeHead;
}

/** Signs what the ledger is now, and checks it from its first entry to the last, with all its heads, as an export would be. */
export async function proveLedger(store: Store, signer: HeadSigner | undefined): Promise<LedgerProof> {
  const head = signer === undefined ? undefined : await signTreeHead(store, signer);
  const { ledger, size, lastHash } = await ledgerState(store);
  const until = head?.size ?? size;
  const keys = await ledgerKeys(store);
  const known = new Map(keys.map(({ id, publicKey }) => [id, parsePublicKey(publicKey, 'a key of the ledger')]));
  const verifier = new LedgerVerifier({
    knownHeads: [],
    onKeys: () => undefined,
    isSigned({ checkpoint, signature, key }) {
      const found = known.get(key);
      if (found === undefined) return 'stranger';
      return isSignedBy(Buffer.from(checkpoint), Buffer.from(signature, 'base64'), found) ? 'yes' : 'no';
    },
  });
  const take = (line: string): void => verifier.line(Buffer.from(line.slice(0, -1)));
  take(headerLine({ ledger, previous: (await hashAt(store, 0))!, before: await frontierAt(store, 0), keys }));
  const heads = [...(await treeHeads(store, { after: -1, until }))];
  const addHeads = (upTo: number): void => {
    for (; heads.length > 0 && heads[0]!.size <= upTo; heads.shift()) take(treeHeadLine(heads[0]!));
  };
  addHeads(0);
  for await (const entries of readEntries(store, { after: 0, until }))
    for (const { sequence, text, hash } of entries) {
      take(entryLine(text, hash));
      addHeads(sequence);
    }
  take(endLine(until));
  verifier.endOfFile();
  const { result, fault } = verifier.result();
  return {
    ledger,
    result,
    entries: until,
    faults:
      fault === undefined
        ? []
        : [{ what: fault.message, ...(fault.sequence === undefined ? {} : { entry: fault.sequence }) }],
    root: (await frontierAt(store, until)).root().toString('base64'),
    lastHash,
    ...(head === undefined ? {} : { head }),
  };
}
