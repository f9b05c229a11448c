/** What linting a Dockerfile gave, as text for people and for other tools. Each format is loaded when it is asked for. */
import type * as fixReport from './fix-report.ts';
import type { LintReport } from './lint-report.ts';
import type { LintTableOptions } from './lint-table.ts';

export { fails, type LintReport } from './lint-report.ts';

export const lintFormats = ['table', 'json', 'sarif', 'junit', 'gitlab', 'github'] as const;
export type LintFormat = (typeof lintFormats)[number];

/** Writes a report in a format. */
export async function renderLint(format: LintFormat, report: LintReport, options: LintTableOptions): Promise<string> {
  switch (format) {
    case 'table':
      return (await import('./lint-table.ts')).renderLintTable(report, options);
    case 'json':
      return (await import('./lint-json.ts')).renderLintJson(report);
    case 'sarif':
      return (await import('./lint-sarif.ts')).renderLintSarif(report);
    case 'junit':
      return (await import('./lint-junit.ts')).renderLintJunit(report);
    case 'gitlab':
      return (await import('./lint-gitlab.ts')).renderLintGitlab(report);
    case 'github':
      return (await import('./lint-github.ts')).renderLintGithub(report);
  }
}

/** What shows mends: their report, a diff, an offer. */
export function fixReports(): Promise<typeof fixReport> {
  return import('./fix-report.ts');
}
