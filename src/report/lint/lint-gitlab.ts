import { visibleText } from '../visible-text.ts';
import type { LintReport, ReportSeverity } from './lint-report.ts';
import { fingerprint } from './lint-sarif.ts';

const severities = { error: 'critical', warning: 'major', info: 'minor', style: 'info' } as const satisfies Record<
  ReportSeverity,
  string
>;

/** Findings as a GitLab code quality report (a subset of Code Climate's), each with a fingerprint of its own. */
export function renderLintGitlab({ files }: LintReport): string {
  const seen = new Map<string, number>();
  const issues = files.flatMap((file) =>
    file.findings.map((finding) => {
      const print = fingerprint(finding, file);
      const count = seen.get(print) ?? 0;
      seen.set(print, count + 1);
      return {
        description: visibleText(`${finding.message}. ${finding.advice}`),
        check_name: finding.rule,
        fingerprint: count === 0 ? print : `${print}-${count}`,
        severity: severities[finding.severity],
        location: {
          path: file.path.replace(/^(?:\.\/)+/, ''),
          lines: { begin: finding.start.line, end: finding.end.line },
        },
      };
    }),
  );
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}
