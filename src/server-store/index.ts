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
export type { Bodies } from './bodies/bodies.ts';
export { databaseBodies } from './bodies/database-bodies.ts';
export {
  documentHistory,
  type DocumentKind,
  type DocumentVersion,
  listDocuments,
  type NewVersion,
  readDocument,
  writeDocument,
} from './images/documents.ts';
export { type FindingLife, findingsOf, noteFindings, oldestFindings } from './images/finding-lives.ts';
export { type IndexedPackage, imagesWithPackages, packagesCalled, packagesOfNames } from './images/package-index.ts';
export {
  allImages,
  getRecord,
  keepRecord,
  listRecords,
  type RecordFilter,
  type RecordSummary,
} from './images/records.ts';
export { moveTag, tagHistory, tagsOf, type TagSpan } from './images/tags.ts';
export {
  countVerdicts,
  currentVerdict,
  keepVerdict,
  type KeptVerdict,
  type VerdictChange,
  verdictHistory,
} from './images/verdicts.ts';
export {
  decideWaiver,
  type KeptWaiver,
  listWaivers,
  requestWaiver,
  type WaiverRequest,
  type WaiverState,
  waiversInForce,
} from './images/waivers.ts';
export {
  type ContainerFilter,
  type ContainerReport,
  type Host,
  type HostReport,
  imagesWithoutRecord,
  type InventoryChange,
  type KeptContainer,
  listContainers,
  listHosts,
  noteContainers,
  noteHost,
} from './inventory/inventory.ts';
