/**
 * The server's store: PostgreSQL, our own embedded one or the organisation's, with the same tables and the same questions. What
 * is kept between runs of the command line on one machine is src/store's.
 */
export { openStore, type StoreOptions } from './open-store.ts';
export type { Store } from './store.ts';
export { type Appended, LedgerWriter, type LedgerWriterOptions } from './ledger/writer.ts';
export {
  countBefore,
  findEntries,
  hashAt,
  type KeptEntry,
  type LedgerFilter,
  type LedgerState,
  ledgerState,
  readEntries,
} from './ledger/read.ts';
export {
  frontierAt,
  type HeadSigner,
  type KeptTreeHead,
  ledgerKeys,
  proveConsistency,
  proveInclusion,
  signTreeHead,
  treeHeads,
} from './ledger/tree-heads.ts';
export { cursorOf, type Page, type PageOptions } from './page.ts';
