import { endLine, entryLine, headerLine, LedgerVerifier, treeHeadLine } from '../../ledger/index.ts';
import { CodedError } from '../../model/index.ts';
import {
  frontierAt,
  type HeadSigner,
  hashAt,
  type KeptTreeHead,
  ledgerKeys,
  firstHead,
  ledgerState,
  readEntries,
  signTreeHead,
  type Store,
  treeHeads,
} from '../../server-store/index.ts';
import { isSignedBy, parsePublicKey } from '../../trust/index.ts';

/** What checking the ledger came to. */
export interface LedgerProof {
  readonly ledger: string;
  readonly result: 'intact' | 'broken' | 'cannot-tell';
  /** Up to which entry. */
  readonly entries: number;
  /** Where the rest begins that was not checked. */
  readonly next?: number;
  readonly faults: { readonly entry?: number; readonly what: string }[];
  /** Base64 of the tree's root. */
  readonly root: string;
  readonly lastHash: string;
  readonly head?: KeptTreeHead;
}

/**
 * Signs what the ledger is now, and checks entries with the heads among them, as an export would be: so many behind the first
 * `after`, which other calls have checked, and up to the next signed head. What these came to stands in the tree's edge that is gone on from; the next head holds it
 * against its signature.
 * @throws CodedError `request-invalid` where there are not so many entries.
 */
export async function proveLedger(
  store: Store,
  signer: HeadSigner | undefined,
  { after = 0, most = Infinity }: { readonly after?: number; readonly most?: number } = {},
): Promise<LedgerProof> {
  const head = signer === undefined ? undefined : await signTreeHead(store, signer);
  const { ledger, size, lastHash } = await ledgerState(store);
  const end = head?.size ?? size;
  // A part ends where a signed head does: else nothing would vouch for its end.
  const until = (await firstHead(store, Math.min(end, after + most))) ?? end;
  if (after > end)
    throw new CodedError('request-invalid', `there are ${end} entries, and none after ${after}`, { kind: 'usage' });
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
  take(headerLine({ ledger, previous: (await hashAt(store, after))!, before: await frontierAt(store, after), keys }));
  const heads = [...(await treeHeads(store, { after: after === 0 ? -1 : after, until }))];
  const addHeads = (upTo: number): void => {
    for (; heads.length > 0 && heads[0]!.size <= upTo; heads.shift()) take(treeHeadLine(heads[0]!));
  };
  addHeads(after);
  for await (const entries of readEntries(store, { after, until }))
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
    ...(until < end ? { next: until } : {}),
    faults:
      fault === undefined
        ? []
        : [{ what: fault.message, ...(fault.sequence === undefined ? {} : { entry: fault.sequence }) }],
    root: (await frontierAt(store, until)).root().toString('base64'),
    lastHash: (await hashAt(store, until)) ?? lastHash,
    ...(head === undefined ? {} : { head }),
  };
}
