import { visibleText } from '../visible-text.ts';
import type { LintReport, ReportFinding, ReportSeverity } from './lint-report.ts';

const commands = { error: 'error', warning: 'warning', info: 'notice', style: 'notice' } as const satisfies Record<
  ReportSeverity,
  string
>;

/** Findings as GitHub workflow commands: printed in a job, they become annotations of the lines. */
export function renderLintGithub({ files }: LintReport): string {
  return files.flatMap(({ path, findings }) => findings.map((finding) => `${annotation(finding, path)}\n`)).join('');
}

function annotation({ severity, rule, message, advice, start, end }: ReportFinding, path: string): string {
  const properties = [
    `file=${property(path.replace(/^(?:\.\/)+/, ''))}`,
    `line=${start.line}`,
    `endLine=${end.line}`,
    // Columns are only taken where one line is meant.
    ...(start.line === end.line ? [`col=${start.column}`, `endColumn=${end.column}`] : []),
    `title=${property(rule)}`,
  ];
  return `::${commands[severity]} ${properties.join(',')}::${data(`${message}. ${advice}`)}`;
}

function data(text: string): string {
  return visibleText(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
