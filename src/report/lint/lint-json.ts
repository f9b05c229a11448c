import {
  countBySeverity,
  fails,
  type LintedFile,
  type LintReport,
  type ReportFinding,
  shownFix,
} from './lint-report.ts';

/** Findings as JSON: every file with its findings, positions, fixes and what was ignored. */
export function renderLintJson(report: LintReport): string {
  const { files, engine, threshold } = report;
  const document = {
    schemaVersion: '1.0',
    engine,
    verdict: files.some(({ findings }) => findings.some(({ severity }) => fails(report, severity))) ? 'fail' : 'pass',
    failureThreshold: threshold,
    summary: {
      files: files.length,
      ...Object.fromEntries(countBySeverity(files)),
      ignored: files.reduce((sum, { ignored }) => sum + ignored.length, 0),
    },
    files: files.map((file) => ({
      path: file.path,
      findings: file.findings.map((finding) => findingOf(finding, file)),
      ignored: file.ignored.map((finding) => ({ ...findingOf(finding, file), ignoredBy: finding.ignoredBy })),
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The members in the order in which people read them. */
function findingOf(finding: ReportFinding, file: LintedFile): object {
  const { rule, aliases, category, severity, message, advice, start, end, span } = finding;
  const fix = shownFix(finding, file);
  return {
    rule,
    aliases,
    category,
    severity,
    message,
    advice,
    start,
    end,
    span,
    ...(fix === undefined ? {} : { fix }),
  };
}
