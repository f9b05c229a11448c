import { createHash } from 'node:crypto';
import { visibleText } from '../visible-text.ts';
import {
  type LintedFile,
  type LintedRule,
  type LintReport,
  type ReportFinding,
  type ReportSeverity,
  shownFix,
} from './lint-report.ts';

const levels = { error: 'error', warning: 'warning', info: 'note', style: 'note' } as const satisfies Record<
  ReportSeverity,
  string
>;

/**
 * Findings as SARIF 2.1.0: regions with columns in UTF-16 code units, safe mends as fixes, what comments and settings leave out
 * as suppressed results. The same bytes for the same input.
 */
export function renderLintSarif({ files, rules, engine }: LintReport): string {
  const version = /^\S+ (\S+)$/.exec(engine)?.[1];
  const index = new Map(rules.map(({ name }, i) => [name, i]));
  const run = {
    tool: { driver: { name: 'plimsoll', ...(version === undefined ? {} : { version }), rules: rules.map(ruleOf) } },
    columnKind: 'utf16CodeUnits',
    results: files.flatMap((file) => [
      ...file.findings.map((finding) => resultOf(finding, file, index)),
      ...file.ignored.map((finding) => ({
        ...resultOf(finding, file, index),
        suppressions: [
          {
            kind: finding.ignoredBy.startsWith('#') ? 'inSource' : 'external',
            justification: visibleText(finding.ignoredBy),
          },
        ],
      })),
    ]),
  };
  const document = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function ruleOf({ name, summary, explanation, severity, aliases, category }: LintedRule): object {
  return {
    id: name,
    shortDescription: { text: summary },
    fullDescription: { text: explanation },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['dockerfile', category], aliases },
  };
}

function resultOf(finding: ReportFinding, file: LintedFile, index: ReadonlyMap<string, number>): object {
  const { rule, severity, message, advice, start, end, aliases } = finding;
  const fix = shownFix(finding, file);
  const artifactLocation = { uri: uriOf(file.path) };
  const region = { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
  return {
    ruleId: rule,
    ruleIndex: index.get(rule),
    level: levels[severity],
    message: { text: visibleText(`${message}. ${advice}`) },
    locations: [{ physicalLocation: { artifactLocation, region } }],
    partialFingerprints: { 'plimsollLint/v1': fingerprint(finding, file) },
    ...(fix?.isSafe === true
      ? {
          fixes: [
            {
              description: { text: fix.title },
              artifactChanges: [
                {
                  artifactLocation,
                  replacements: fix.edits.map(({ span, text }) => ({
                    deletedRegion: { charOffset: span.start, charLength: span.end - span.start },
                    insertedContent: { text },
                  })),
                },
              ],
            },
          ],
        }
      : {}),
    properties: { severity, aliases },
  };
}

/** Of rule and line, not of its number, so that it outlives lines that are put in above. */
export function fingerprint({ rule, message, start }: ReportFinding, { path, text }: LintedFile): string {
  const line = text.split('\n', start.line)[start.line - 1] ?? '';
  return createHash('sha256')
    .update(JSON.stringify([rule, path, line.trim(), message]))
    .digest('hex');
}

/** A relative path as URI reference; an absolute one as file URI. */
function uriOf(path: string): string {
  const parts = path.split('/').map((part) => encodeURIComponent(part.toWellFormed()));
  return path.startsWith('/') ? `file://${parts.join('/')}` : parts.join('/').replace(/^(?:\.\/)+/, '');
}
