import type { Unusable } from './feeds/prepare-advisory.ts';
import type { UnreadableFile } from './feeds/feed-files.ts';

/** A record that was left out, and why. */
export interface SkippedRecord {
  /** File, with the record's number in it: `all.ndjson.gz record 17`. */
  readonly where: string;
  readonly id?: string;
  readonly why: string;
}

/** What an import did. */
export interface ImportReport {
  files: number;
  /** OSV records met, whole or broken. */
  records: number;
  /** Records of which something is new in the database. */
  added: number;
  /** Records that say what is known already. */
  duplicates: number;
  /** Records of which a newer version is known. */
  older: number;
  withdrawn: number;
  /** Records that broke the schema, were hostile, or were too large. */
  skipped: number;
  /** The first of the skipped and duplicate records, by name. */
  readonly skippedNames: SkippedRecord[];
  readonly duplicateNames: SkippedRecord[];
  readonly unusable: Unusable;
  readonly unreadable: UnreadableFile[];
  unreadableCount: number;
  /** Files in directories and archives that are no feeds by their names. */
  ignoredFiles: number;
  /** Entries of other feeds taken. */
  exploited: number;
  epss: number;
  supportCycles: number;
  unsupportedPackages: number;
}

/** How many of a kind are named; all are counted. */
export const namedInReport = 20;

export function emptyReport(): ImportReport {
  return {
    files: 0,
    records: 0,
    added: 0,
    duplicates: 0,
    older: 0,
    withdrawn: 0,
    skipped: 0,
    skippedNames: [],
    duplicateNames: [],
    unusable: { gitRanges: 0, withoutVersions: 0, unknownEcosystems: 0 },
    unreadable: [],
    unreadableCount: 0,
    ignoredFiles: 0,
    exploited: 0,
    epss: 0,
    supportCycles: 0,
    unsupportedPackages: 0,
  };
}
