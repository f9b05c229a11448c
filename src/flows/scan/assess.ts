import type { ImageRecord } from '../../model/index.ts';
import { fileStamp, RecordCache } from './record-cache.ts';
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
  const stamp = fileStamp(options.databasePath);
  const cache = stamp === undefined ? undefined : cacheOf(scanned, options);
  const key = assessedKey(scanned, stamp);
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

/** How an assessed record is written in a report: kept beside it where records are, since writing it takes longer than judging. */
export function assessedText(scanned: Scanned, options: AssessOptions, write: () => string): Uint8Array {
  const cache = cacheOf(scanned, options);
  if (cache === undefined) return Buffer.from(write());
  return cache.text(assessedKey(scanned, fileStamp(options.databasePath)), write, options.now);
}

function cacheOf({ key }: Scanned, { noCache, cacheDirectory }: AssessOptions): RecordCache | undefined {
  return noCache || key === undefined ? undefined : new RecordCache(cacheDirectory);
}

/** The database is only ever replaced whole: its file's stamp tells one state from another without opening it. */
function assessedKey({ key }: Scanned, databaseStamp: string | undefined): string {
  return `${key}.${databaseStamp ?? 'no-database'}`;
}
