/**
 * What happened becomes entries that are chained, counted into a Merkle tree and vouched for by signed heads; an exported
 * ledger becomes the answer whether it is whole, and which entry is not. Opens nothing: bytes, time and signatures come in.
 */
export { type LedgerAction, ledgerActions } from './actions.ts';
export type { JsonValue } from './canonical-json.ts';
export {
  type LedgerActor,
  serverActor,
  type LedgerEntry,
  type LedgerEvent,
  originHash,
  type PreparedEvent,
  prepareEvent,
  type SealedEntry,
  sealEntry,
} from './entry.ts';
export { cefLine, type CefSender } from './export/cef.ts';
export { cloudEventOf } from './export/cloud-event.ts';
export { endLine, entryLine, headerLine, treeHeadLine } from './export/json-lines.ts';
export { Frontier, peakLevels, type TreeNode } from './merkle/frontier.ts';
export { leafHash, nodeHash, rootOfPeaks } from './merkle/hashes.ts';
export {
  consistencyProof,
  type HashOfNode,
  inclusionProof,
  isConsistent,
  nodesOf,
  rootOfInclusion,
} from './merkle/proofs.ts';
export { checkpointText, parseCheckpoint, type SignedTreeHead, type TreeHead } from './tree-head.ts';
export type { LedgerFault } from './verify/fault.ts';
export { LineSplitter } from './verify/split-lines.ts';
export { type LedgerCheck, LedgerVerifier } from './verify/verifier.ts';
