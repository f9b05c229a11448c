import type { DatabaseDate, ImportReport } from '../flows/advisories/index.ts';
import { visibleText } from '../report/index.ts';
import { datedByInWords } from './db-info.ts';

/** An import's report for people: what came in first, what was left out last and by name. */
export function reportInWords(
  report: Readonly<ImportReport>,
  { digest, builtAt, datedBy }: DatabaseDate & { readonly digest: string },
  database: string,
): string {
  const lines = [
    `${count(report.added, 'advisory', 'advisories')} added from ${count(report.records, 'record', 'records')} in ${count(report.files, 'file', 'files')}`,
  ];
  const also = [
    [report.duplicates, 'known already'],
    [report.older, 'older than what is known'],
    [report.withdrawn, 'withdrawn'],
  ] as const;
  for (const [number, what] of also) if (number > 0) lines.push(`  ${number} ${what}`);
  if (report.exploited > 0) lines.push(`  ${report.exploited} exploited CVEs (CISA KEV)`);
  if (report.epss > 0) lines.push(`  ${report.epss} EPSS scores`);
  if (report.supportCycles > 0) lines.push(`  ${report.supportCycles} release cycles with their end of life`);
  if (report.unsupportedPackages > 0) lines.push(`  ${report.unsupportedPackages} packages whose support has ended`);
  lines.push(
    ...leftOut(report),
    `database ${database}`,
    `digest   ${digest}`,
    `dated    ${builtAt}: ${datedByInWords({ builtAt, datedBy })}`,
  );
  return `${lines.map(visibleText).join('\n')}\n`;
}

function leftOut(report: Readonly<ImportReport>): readonly string[] {
  const { gitRanges, withoutVersions, unknownEcosystems } = report.unusable;
  const lines: string[] = [];
  if (report.skipped > 0) lines.push(`${count(report.skipped, 'record', 'records')} left out:`);
  for (const { where, id, why } of report.skippedNames)
    lines.push(`  ${id === undefined ? '' : `${id}: `}${why} (${where})`);
  if (report.skipped > report.skippedNames.length)
    lines.push(`  and ${report.skipped - report.skippedNames.length} more`);
  if (report.duplicates > 0)
    lines.push(
      `known already, among others: ${report.duplicateNames
        .slice(0, 5)
        .map(({ id }) => id)
        .join(', ')}`,
    );
  if (gitRanges > 0) lines.push(`${gitRanges} ranges of Git commits: packages in images are known by version`);
  if (withoutVersions > 0) lines.push(`${withoutVersions} packages named without any version`);
  if (unknownEcosystems > 0) lines.push(`${unknownEcosystems} packages of ecosystems that OSV does not know`);
  if (report.unreadableCount > 0) lines.push(`${count(report.unreadableCount, 'file', 'files')} not understood:`);
  for (const { name, why } of report.unreadable) lines.push(`  ${name}: ${why}`);
  if (report.unreadableCount > report.unreadable.length)
    lines.push(`  and ${report.unreadableCount - report.unreadable.length} more`);
  if (report.ignoredFiles > 0)
    lines.push(`${count(report.ignoredFiles, 'file', 'files')} passed over: no feeds by their names`);
  return lines;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
