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
export function assess({ record, key }: Scanned, options: AssessOptions): ImageRecord {
  const database = open(options);
  if (database === undefined) return record;
  try {
    const cache = options.noCache || key === undefined ? undefined : new RecordCache(options.cacheDirectory);
    const assessedKey = recordKey(key, database.digest, database.builtAt);
    const kept = cache?.get(assessedKey);
    if (kept !== undefined) return kept;
    const { findings, coverage, problems } = matchAdvisories(database, record);
    const assessed = withFindings(
      { ...record, advisories: coverage, problems: [...record.problems, ...problems] },
      findings,
    );
    cache?.put(assessedKey, assessed, options.now);
    return assessed;
  } finally {
    database.close();
  }
}

function open({ databasePath, databaseIsAsked }: AssessOptions): ReturnType<typeof openAdvisoryDatabase> | undefined {
  try {
    return openAdvisoryDatabase(path.resolve(databasePath));
  } catch (error) {
    if (!databaseIsAsked && error instanceof CodedError && error.code === 'advisory-database-missing') return undefined;
    throw error;
  }
}
