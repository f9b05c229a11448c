import { visibleText } from '../visible-text.ts';
import { fails, type LintedFile, type LintReport, type ReportFinding } from './lint-report.ts';

/** Findings as JUnit XML: a suite for each file, a case for each finding, and one that passes where a file has none. */
export function renderLintJunit(report: LintReport): string {
  const suites = report.files.map((file) => suiteOf(file, report));
  const findings = report.files.flatMap((file) => file.findings);
  const failures = findings.filter(({ severity }) => fails(report, severity)).length;
  const tests = report.files.reduce((sum, file) => sum + Math.max(1, file.findings.length), 0);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="plimsoll dockerfile lint" tests="${tests}" failures="${failures}">
${suites.join('\n')}
</testsuites>
`;
}

function suiteOf({ path, findings }: LintedFile, report: LintReport): string {
  const failing = findings.filter(({ severity }) => fails(report, severity)).length;
  const cases = findings.map((finding) => caseOf(finding, path, report));
  if (cases.length === 0) cases.push(`    <testcase classname="${escaped(path)}" name="no findings"/>`);
  return `  <testsuite name="${escaped(path)}" tests="${cases.length}" failures="${failing}" errors="0">
${cases.join('\n')}
  </testsuite>`;
}

function caseOf(finding: ReportFinding, path: string, report: LintReport): string {
  const { rule, aliases, severity, message, advice, start } = finding;
  const name = `${rule} at ${start.line}:${start.column}`;
  const open = `    <testcase classname="${escaped(path)}" name="${escaped(name)}">`;
  const text = `${path}:${start.line}:${start.column} ${message}\n${advice}${aliases.length === 0 ? '' : `\n${aliases.join(', ')}`}`;
  const inner = fails(report, severity)
    ? `<failure type="${severity}" message="${escaped(message)}">${escaped(text)}</failure>`
    : `<system-out>${escaped(`${severity}: ${text}`)}</system-out>`;
  return `${open}\n      ${inner}\n    </testcase>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML has no way to write most control characters, so they are written out before. */
function escaped(text: string): string {
  return text
    .split('\n')
    .map(visibleText)
    .join('\n')
    .replace(/[&<>"']/g, (character) => entities[character]!);
}
