import fs from 'node:fs';
import path from 'node:path';
import { matchAdvisories, openAdvisoryDatabase } from '../../advisories/index.ts';
import { CodedError, type ImageRecord } from '../../model/index.ts';
import { withFindings } from '../../record/index.ts';
import { RecordCache, recordKey } from './record-cache.ts';
import type { Scanned } from './scan.ts';

export interface AssessOptions {
  readonly databasePath: string;
  /** The user named this database: then it must be there. */
  readonly databaseIsAsked: boolean;
  readonly cacheDirectory: string;
  readonly noCache: boolean;
  readonly now: Date;
}

/**
 * Looks the packages of a record up in the advisory database. Without a database the record says so by having no
 * `advisories`, and no verdict can pass that asks about vulnerabilities.
 */
export function assess(scanned: Scanned, options: AssessOptions): ImageRecord {
  const stamp = databaseStamp(options.databasePath);
  const cache =
    options.noCache || scanned.key === undefined || stamp === undefined
      ? undefined
      : new RecordCache(options.cacheDirectory);
  const key = recordKey(scanned.key, stamp);
  const kept = cache?.get(key);
  if (kept !== undefined) return kept;
  const record = scanned.record();
  const database = open(options);
  if (database === undefined) return record;
  try {
    const { findings, coverage, problems } = matchAdvisories(database, record);
    const assessed = withFindings(
      { ...record, advisories: coverage, problems: [...record.problems, ...problems] },
      findings,
    );
    cache?.put(key, assessed, options.now);
    return assessed;
  } finally {
    database.close();
  }
}

/** Tells one state of the database file from another without opening it: it is only ever replaced whole. */
function databaseStamp(file: string): string | undefined {
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
}

function open({ databasePath, databaseIsAsked }: AssessOptions): ReturnType<typeof openAdvisoryDatabase> | undefined {
  try {
    return openAdvisoryDatabase(path.resolve(databasePath));
  } catch (error) {
    if (!databaseIsAsked && error instanceof CodedError && error.code === 'advisory-database-missing') return undefined;
    throw error;
  }
}
