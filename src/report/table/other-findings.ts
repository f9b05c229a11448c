import {
  compareSeverity,
  type Finding,
  isAtLeast,
  type MisconfigurationFinding,
  type PrivateKeyFinding,
  type SecretFinding,
  type Verdict,
  type VulnerabilityFinding,
} from '../../model/index.ts';
import { counted } from '../units.ts';
import type { Paint } from './paint.ts';
import { layerText, leftBehindText, ownerText, pathText } from './place-text.ts';
import { type Cell, layLine, layRows } from './rows.ts';
import type { TableInput } from './table-input.ts';
import { byPackage, packageLookup, packageRow, severityCell } from './vulnerability-rows.ts';

const maxRows = 10;

/** What was found beyond that of which the verdict speaks, each kind with its count; filtered as the user asked, and saying so. */
export function otherFindingLines(input: TableInput, paint: Paint): string[] {
  const { record, verdict } = input;
  const spoken = spokenOf(verdict);
  const others = record.findings.filter(({ id, kind }) => kind !== 'bloat' && !spoken.has(id));
  const shown = others.filter((finding) => isWanted(finding, input));
  const word = verdict === undefined ? '' : 'other ';
  const vulnerabilities = shown.filter((finding) => finding.kind === 'vulnerability');
  const secrets = shown.filter((finding) => finding.kind === 'secret' || finding.kind === 'private-key');
  const misconfigurations = shown.filter((finding) => finding.kind === 'misconfiguration');
  return [
    ...vulnerabilityLines(vulnerabilities, word, { input, paint }),
    ...plainLines(secrets, counted(secrets.length, `${word}secret or private key`, `${word}secrets and private keys`), {
      input,
      paint,
    }),
    ...plainLines(misconfigurations, counted(misconfigurations.length, `${word}misconfiguration`), { input, paint }),
    ...hiddenLines(others.length - shown.length, { input, paint }),
  ];
}

interface Context {
  readonly input: TableInput;
  readonly paint: Paint;
}

function spokenOf(verdict: Verdict | undefined): ReadonlySet<string | undefined> {
  if (verdict === undefined) return new Set();
  const waived = verdict.waived.map(({ violation }) => violation);
  return new Set([...verdict.violations, ...verdict.warnings, ...waived].map(({ findingId }) => findingId));
}

function isWanted(finding: Finding, { severityAtLeast, ignoreUnfixed, only }: TableInput): boolean {
  if (severityAtLeast !== undefined && !isAtLeast(finding.severity, severityAtLeast)) return false;
  if (ignoreUnfixed === true && finding.kind === 'vulnerability' && finding.fix.state !== 'fixed') return false;
  return only === undefined || finding.place.owner === only;
}

function vulnerabilityLines(
  findings: readonly VulnerabilityFinding[],
  word: string,
  { input, paint }: Context,
): string[] {
  if (findings.length === 0) return [];
  const lookup = packageLookup(input.record);
  const packages = byPackage(findings, lookup);
  const hidden = packages.slice(maxRows).reduce((sum, each) => sum + each.length, 0);
  const title = `${counted(findings.length, `${word}vulnerability`, `${word}vulnerabilities`)} in ${counted(packages.length, 'package')}`;
  return [
    layLine([{ text: title, style: paint.strong }, { text: severityCounts(findings) }], input.columns, ' '),
    ...layRows(
      packages.slice(0, maxRows).map((each) => packageRow(each, { ...input.record, lookup }, paint)),
      input.columns,
      '   ',
    ),
    ...moreLine(hidden, { input, paint }),
  ];
}

/** `2 high, 31 medium, 4 unknown` */
export function severityCounts(findings: readonly Pick<Finding, 'severity'>[]): string {
  const counts = new Map<Finding['severity'], number>();
  for (const { severity } of findings) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => compareSeverity(a, b))
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ');
}

function plainLines(
  findings: readonly (SecretFinding | PrivateKeyFinding | MisconfigurationFinding)[],
  title: string,
  { input, paint }: Context,
): string[] {
  if (findings.length === 0) return [];
  const shown = findings.slice(0, maxRows);
  const rows = shown.map((finding): Cell[] => [
    severityCell(finding.severity, paint),
    { text: titleOf(finding), cut: 'middle', least: 24 },
    { text: pathText(finding.place), cut: 'middle', least: 16 },
    {
      text: [ownerText(finding.place, input.record), layerText(finding.place, input.record)]
        .filter((part) => part !== '')
        .join(', '),
    },
  ]);
  const lines = layRows(rows, input.columns, '   ').flatMap((line, i) => {
    const left = shown[i] === undefined ? undefined : leftBehindText(shown[i].place);
    return left === undefined ? [line] : [line, layLine([{ text: left, style: paint.loud }], input.columns, '     ')];
  });
  return [
    layLine([{ text: title, style: paint.strong }], input.columns, ' '),
    ...lines,
    ...moreLine(findings.length - shown.length, { input, paint }),
  ];
}

function titleOf(finding: SecretFinding | PrivateKeyFinding | MisconfigurationFinding): string {
  return finding.kind === 'secret' && !finding.title.includes(finding.redacted)
    ? `${finding.title} ${finding.redacted}`
    : finding.title;
}

function moreLine(count: number, { input, paint }: Context): string[] {
  return count === 0
    ? []
    : [layLine([{ text: `and ${count} more (--format json lists them)`, style: paint.quiet }], input.columns, '   ')];
}

/** A list that was asked to be short says what it leaves out. */
function hiddenLines(count: number, { input, paint }: Context): string[] {
  if (count === 0) return [];
  const why = [
    input.severityAtLeast === undefined ? '' : `--severity ${input.severityAtLeast}`,
    input.ignoreUnfixed === true ? '--ignore-unfixed' : '',
    input.only === undefined ? '' : `--only ${input.only}`,
  ].filter((part) => part !== '');
  return [
    layLine(
      [{ text: `${counted(count, 'more finding')} not listed because of ${why.join(', ')}`, style: paint.quiet }],
      input.columns,
      ' ',
    ),
  ];
}
