import fs from 'node:fs';
import type { ImageRecord } from '../../model/index.ts';
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
export async function assess(scanned: Scanned, options: AssessOptions): Promise<ImageRecord> {
  const stamp = databaseStamp(options.databasePath);
  const cache =
    options.noCache || scanned.key === undefined || stamp === undefined
      ? undefined
      : new RecordCache(options.cacheDirectory);
  const key = recordKey(scanned.key, stamp);
  const kept = cache?.get(key);
  if (kept !== undefined) return kept;
  const record = await scanned.record();
  // Without a database nothing of the code that reads one is loaded.
  if (stamp === undefined && !options.databaseIsAsked) return record;
  const { lookUp } = await import('./look-up.ts');
  const assessed = lookUp(record, options.databasePath, options.databaseIsAsked);
  if (assessed === undefined) return record;
  cache?.put(key, assessed, options.now);
  return assessed;
}

/** Tells one state of the database file from another without opening it: it is only ever replaced whole. */
function databaseStamp(file: string): string | undefined {
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
}
