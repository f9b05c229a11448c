/**
 * The scan: an image opened, its contents read, looked up in the advisories and judged. Each file is a step that reads
 * as its own summary.
 */
export { type Judged, judgeRecord, type JudgeOptions } from './judge-record.ts';
export { assess, assessedText } from './assess.ts';
export { scanContents, type Scanned, type ScanOptions } from './scan.ts';
export { Timings } from './timings.ts';
