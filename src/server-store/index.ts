/**
 * The server's store: PostgreSQL, our own embedded one or the organisation's, with the same tables and the same questions. What
 * is kept between runs of the command line on one machine is src/store's.
 */
export { openStore, type StoreOptions } from './open-store.ts';
export { ChangeCounts, type ChangeKind, type Counts, gatherCounts } from './change-counts.ts';
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
  firstHead,
  signTreeHead,
  treeHeads,
} from './ledger/tree-heads.ts';
export { badCursor, cursorOf, type Page, type PageOptions } from './page.ts';
export { type Bodies, bodiesOf, isUnreadable, type StagedBody } from './bodies/bodies.ts';
export { bodiesByPlace, type BodiesThere, type BodyCheck, checkBodies, countUnreadable } from './bodies/look-after.ts';
export { type MovedBodies, moveBodies } from './bodies/move.ts';
export { isPlaceTrouble } from './bodies/places.ts';
export type { BodyOf } from './bodies/send-outside.ts';
export { type SweptBodies, sweepBodies } from './bodies/sweep.ts';
export { noteUnreadable } from './bodies/unreadable.ts';
export {
  documentHistory,
  type DocumentKind,
  type DocumentVersion,
  listDocuments,
  type NewVersion,
  readDocument,
  writeDocument,
} from './images/documents.ts';
export {
  evidenceFound,
  evidenceOf,
  type EvidenceRow,
  type FoundEvidence,
  imagesWithEvidence,
  keepEvidenceOf,
  largestEvidenceBytes,
  noteVerified,
  type VerifiedEvidence,
} from './images/evidence.ts';
export {
  type FindingLife,
  type FindingPast,
  findingPasts,
  findingsOf,
  imagesWithFinding,
  noteFindings,
  oldestFindings,
} from './images/finding-lives.ts';
export { type IndexedPackage, imagesWithPackages, packagesCalled, packagesOfNames } from './images/package-index.ts';
export {
  allImages,
  getRecord,
  keepRecord,
  listRecords,
  type RecordFilter,
  type RecordSummary,
  stageRecord,
} from './images/records.ts';
export { moveTag, tagHistory, tagsIn, tagsOf, type TagSpan } from './images/tags.ts';
export {
  countVerdicts,
  currentVerdict,
  currentVerdicts,
  keepVerdict,
  type KeptVerdict,
  type VerdictChange,
  verdictHistory,
  verdictsOfIds,
} from './images/verdicts.ts';
export { fixWait, type FixWait, type RanInTime, ranSince } from './judging/cost.ts';
export { allPackages, judgingInput, keepPackageAnswers, packageAnswers, packagesOfImages } from './judging/answers.ts';
export {
  countDue,
  judgeAgain,
  type JudgingState,
  judgingState,
  lockJudgingState,
  nextJudging,
  judgingPolicy,
  keepJudgingPolicy,
  namedImages,
  restVerdicts,
  setJudgingState,
  shareJudgingState,
} from './judging/due.ts';
export {
  type CurrentVerdict,
  type DueImage,
  judgingInputs,
  compareVerdict,
  keepJudgements,
  type NewJudgement,
  takeDue,
  type TurnedVerdict,
} from './judging/slice.ts';
export { forgetTold } from './judging/forget-told.ts';
export { keepTurns, type KeptTurn, placesOf, type RunningPlace, takeTurns, type Turn } from './judging/turns.ts';
export {
  endMessage,
  keepMessages,
  type KeptMessage,
  type NewMessage,
  nextMessage,
  postponeMessage,
  takeMessages,
} from './judging/messages.ts';
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
  allVex,
  getVex,
  imagesNamed,
  keepVex,
  type KeptVex,
  lastVexChange,
  listVex,
  removeVex,
  vexChangedSince,
  type VexInForceRow,
} from './images/vex.ts';
export { type Host, type HostReport, listHosts, noteHost } from './inventory/hosts.ts';
export {
  type ChangedContainer,
  type ContainerEnd,
  type ContainerReport,
  type InventoryChange,
  type InventoryReport,
  noteContainers,
} from './inventory/note-containers.ts';
export {
  containerNamed,
  findingReach,
  recordOfContainer,
  type FindingReach,
  runningOn,
} from './inventory/containers.ts';
export {
  imagesWithoutRecord,
  matchContainers,
  nameInUse,
  type NameInUse,
  noteAlias,
  type UnknownImage,
} from './inventory/image-match.ts';
export { giveLease, type LeaseRequest, readWatchCursor, takeLease, writeWatchCursor } from './inventory/leases.ts';
export { afterwards, asOne, inTransaction, joiningStore, type Work } from './transaction.ts';
export {
  addScanJob,
  addScanJobOnce,
  cancelScanJob,
  claimScanJob,
  countWaitingJobs,
  endScanJob,
  getScanJob,
  listScanJobs,
  renewScanJob,
  returnScanJob,
  type ScanJob,
  type ScanJobState,
} from './service/jobs.ts';
export {
  comesAfter,
  forgetOld,
  type KeptLiveEvent,
  lastLiveEvent,
  liveChannel,
  liveEventsAfter,
  tellLive,
} from './service/live-events.ts';
export {
  addSession,
  beginLogIn,
  changePerson,
  endSession,
  getPerson,
  isRoleHeld,
  lockHolders,
  type KeptPerson,
  listPeople,
  personOfSession,
  seePerson,
  lockSetupLinks,
  setSetupLink,
  takeLogIn,
  useSetupLink,
} from './service/people.ts';
export { digestOf, newSecret } from './service/kept-secret.ts';
export { addToken, type KeptToken, listTokens, revokeToken, tokenOfDigest } from './service/tokens.ts';
export {
  type KeptChannel,
  lockNotifyChannels,
  notifyChannels,
  passOverTurns,
  removeNotifyChannel,
  setNotifyChannel,
} from './service/notify-channels.ts';
export { keepAnswer, takeKey } from './service/idempotency.ts';
export {
  addSource,
  changeSource,
  getSource,
  type KeptSource,
  listSources,
  noteSource,
  readSetting,
  removeSource,
  type SourceKind,
  writeSetting,
} from './service/sources.ts';
export { backupStore } from './backup/backup.ts';
export { restoreStore } from './backup/restore.ts';
export { exportStore } from './export-store.ts';
export { type Pruned, pruneStore } from './retention.ts';
export { ensureSecretFile } from './secret-file.ts';
export { type DaysOf, type FixQuery, type FixTimes, timeToFix } from './views/time-to-fix.ts';
export { noteImage } from './views/image-facts.ts';
export { imageOfDigest, type ImageRow, isImageReached, listImages, type Reach } from './views/images.ts';
export { imageHistory, tagLives, turnedSince } from './views/history.ts';
export { type ContainerRow, listContainers, listWorkloads, runningPlaces, type WorkloadRow } from './views/running.ts';
export { countFleet, hostsOfTeams, oldestOpen, readTrend, runningByEnvironment, type TrendRow } from './views/fleet.ts';
export { imagesOnBase, type ReachedRow, searchEverything, searchFindings, searchPolicies } from './views/reached.ts';
export {
  type ImpactImage,
  type ImpactRows,
  impactStamp,
  type ImpactSubject,
  readImpact,
  worstRanks,
} from './views/impact.ts';
export { allWaivers, type WaiverRow } from './views/waivers.ts';
