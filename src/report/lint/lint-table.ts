import { type Paint, paintFor } from '../table/paint.ts';
import { flowLine } from '../table/rows.ts';
import { wrapText } from '../table/wrap.ts';
import { cutMiddle } from '../text-width.ts';
import { counted } from '../units.ts';
import { visibleText } from '../visible-text.ts';
import {
  countBySeverity,
  fails,
  type LintedFile,
  type LintReport,
  type ReportFinding,
  shownText,
} from './lint-report.ts';
import { sourceLine } from './source-line.ts';

export interface LintTableOptions {
  readonly columns: number;
  readonly color: boolean;
}

/** The verdict, then each file with its findings, the line of each, and what to do. */
export function renderLintTable(report: LintReport, { columns, color }: LintTableOptions): string {
  const paint = paintFor(color);
  const width = Math.max(40, Math.min(columns, 120));
  const lines = [summary(report, paint), ''];
  for (const file of report.files.filter(({ findings }) => findings.length > 0))
    lines.push(...fileLines(file, width, paint));
  lines.push(...flowLine(facts(report), width, ' '));
  return `${lines.join('\n')}\n`;
}

function summary(report: LintReport, paint: Paint): string {
  const { files } = report;
  const found = files.flatMap(({ findings }) => findings);
  const failing = found.filter(({ severity }) => fails(report, severity)).length;
  const word = failing > 0 ? paint.fail(' FAIL ') : paint.pass(' PASS ');
  const subject = files.length === 1 ? cutMiddle(visibleText(files[0]!.path), 40) : counted(files.length, 'Dockerfile');
  if (found.length === 0) return `${word}  ${subject}: none of ${rulesAsked(report)} rules is broken`;
  const counts = countBySeverity(files)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) =>
      severity === 'error' || severity === 'warning' ? counted(count, severity) : `${count} ${severity}`,
    );
  return `${word}  ${subject}: ${counts.join(', ')}`;
}

function fileLines(file: LintedFile, columns: number, paint: Paint): string[] {
  const source = shownText(file).split('\n');
  const lines = [paint.strong(cutMiddle(visibleText(file.path), columns))];
  for (const finding of file.findings) lines.push(...findingLines(finding, source, columns, paint));
  return lines;
}

function findingLines(finding: ReportFinding, source: readonly string[], columns: number, paint: Paint): string[] {
  const { start, end, severity, rule, aliases, message, advice } = finding;
  const names = aliases.length === 0 ? rule : `${rule} (${aliases.join(', ')})`;
  const head = `  ${start.line}:${start.column}`.padEnd(10);
  const lines = [`${head} ${paint.strong(severity.padEnd(7))}  ${cutMiddle(names, columns - 22)}`];
  const indent = { first: '    ', rest: '    ' };
  lines.push(...wrapText(message, columns, indent));
  const line = (source[start.line - 1] ?? '').replace(/\r$/, '');
  if (line.trim() !== '') {
    const to = end.line === start.line ? end.column - 1 : line.length;
    const [shown, carets] = sourceLine(line, { from: start.column - 1, to, columns: columns - 12 });
    lines.push(paint.quiet(`${String(start.line).padStart(8)} | ${shown}`), `         | ${carets}`);
  }
  lines.push(...wrapText(advice, columns, { first: '    mend  ', rest: '          ' }), '');
  return lines;
}

function facts(report: LintReport): string[] {
  const { files, threshold, engine } = report;
  const found = files.flatMap(({ findings }) => findings);
  const ignored = files.reduce((sum, file) => sum + file.ignored.length, 0);
  const mendable = found.filter(({ fix }) => fix?.isSafe === true).length;
  return [
    counted(files.length, 'file'),
    `${rulesAsked(report)} rules`,
    ignored === 0 ? '' : `${ignored} ignored`,
    mendable === 0 ? '' : `${mendable} can be mended safely`,
    threshold === 'none' ? 'nothing fails' : `fails from ${threshold}`,
    engine,
  ];
}

function rulesAsked({ files }: LintReport): number {
  return Math.max(0, ...files.map((file) => file.rulesAsked));
}
