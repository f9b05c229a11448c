/**
 * Stored records are judged again when advisories, the policy, a waiver or the day says so: no image is opened. What a change
 * touches becomes due in the store, and what is due is judged in slices by any number of processes.
 */
export { type BriefRecord, briefRecord, wholeRecord } from './brief-record.ts';
export { assess, assessedRecords } from './judge-image.ts';
export { judgeDue, type JudgedSlice } from './judge-due.ts';
export { askedBy, type JudgingTerms, inPlaceOf, judgingTerms } from './judging-terms.ts';
export { noticeChanges, type NoticedChanges } from './notice-changes.ts';
export { JudgingProcess, type JudgingProcessOptions, type ProcessOutcome } from './judging-process.ts';
export { type RejudgeOutcome, Rejudger } from './rejudge.ts';
export { type DetailedTurn, reasonOf, type TurnDetails } from './turn.ts';
