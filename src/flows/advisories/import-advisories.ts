import { existsSync } from 'node:fs';
import { DatabaseBuilder, feedImporter } from '../../advisories/index.ts';
import type { DatabaseDate, ImportReport } from '../../advisories/index.ts';
import { CodedError } from '../../model/index.ts';

export interface ImportOptions {
  /** Files, directories, archives. */
  readonly paths: readonly string[];
  /** Path of the database. */
  readonly database: string;
  /** Forget what is there. */
  readonly replace: boolean;
  /** RFC 3339: the date of the data, where whoever imports them knows it. Absent: `dateOf` tells. */
  readonly builtAt?: string | undefined;
  readonly now: Date;
  readonly signal?: AbortSignal;
  readonly progress?: (report: Readonly<ImportReport>, file: string) => void;
}

export interface ImportOutcome {
  readonly report: Readonly<ImportReport>;
  readonly digest: string;
  readonly date: DatabaseDate;
}

/**
 * Imports feeds into the database: adds to what is there unless told otherwise. Either all of it is in place afterwards
 * or nothing has changed.
 * @throws CodedError feed-missing, import-empty (nothing usable was found), or as opening a database does
 */
export async function importAdvisories(options: ImportOptions): Promise<ImportOutcome> {
  const { paths, database, replace, builtAt, now, signal, progress } = options;
  for (const path of paths) {
    if (!existsSync(path)) throw new CodedError('feed-missing', `nothing can be read at ${path}`);
  }
  const builder = new DatabaseBuilder(database, 'import', { replace });
  try {
    const importer = await feedImporter(builder, { signal, progress, now });
    for (const path of paths) await importer.importPath(path);
    signal?.throwIfAborted();
    const { report } = importer;
    if (!hasAnything(report)) throw emptyImport(paths, report);
    recordCounts(builder, report);
    const date: DatabaseDate =
      builtAt === undefined ? dateOf(builder.dated, importer.newest) : { builtAt, datedBy: 'given' };
    const { digest } = builder.finish(date.builtAt, { datedBy: date.datedBy, madeAt: inSeconds(now) });
    return { report, digest, date };
  } finally {
    builder.abandon();
  }
}

/** Where nothing that was imported has a date: older than anything, so that nobody takes it for fresh. */
export const undated = '1970-01-01T00:00:00Z';

/**
 * The date of a database after files were added to it of which nobody said how old they are. What they hold tells up to when somebody
 * wrote advisories, not that any were left out: a date for which fetched feeds or a person vouched stays.
 */
function dateOf(before: DatabaseDate | undefined, newest: string | undefined): DatabaseDate {
  if (before !== undefined && (before.datedBy !== 'newest' || newest === undefined || newest <= before.builtAt))
    return before;
  return { builtAt: newest ?? undated, datedBy: 'newest' };
}

/** RFC 3339 in whole seconds. */
export function inSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Keeps for `db info` what an import left out. */
export function recordCounts(builder: DatabaseBuilder, report: Readonly<ImportReport>): void {
  for (const key of ['records', 'added', 'duplicates', 'older', 'withdrawn', 'skipped'] as const)
    builder.setCount(key, report[key]);
  builder.setCount('unreadable', report.unreadableCount);
}

/** Whether an import met anything that it understood. */
function hasAnything(report: Readonly<ImportReport>): boolean {
  const { added, duplicates, older, withdrawn, exploited, epss, supportCycles, unsupportedPackages } = report;
  return added + duplicates + older + withdrawn + exploited + epss + supportCycles + unsupportedPackages > 0;
}

function emptyImport(paths: readonly string[], report: Readonly<ImportReport>): CodedError {
  const first = report.unreadable[0] ?? report.skippedNames[0];
  const why = first === undefined ? '' : `; the first: ${'name' in first ? first.name : first.where}: ${first.why}`;
  const what = `${report.files} files, ${report.skipped} records left out, ${report.unreadableCount} unreadable${why}`;
  return new CodedError(
    'import-empty',
    `nothing in ${paths.join(', ')} is an advisory or another known feed (${what})`,
    {
      hint: 'plimsoll db import takes OSV JSON, NDJSON, ZIP exports of OSV, and directories of them',
    },
  );
}
