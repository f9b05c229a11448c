import { unifiedDiff } from '../line-diff.ts';
import { type Cell, flowLine, layRows } from '../table/rows.ts';
import { type Paint, paintFor } from '../table/paint.ts';
import { wrapText } from '../table/wrap.ts';
import { cutMiddle } from '../text-width.ts';
import { counted } from '../units.ts';
import { visibleText } from '../visible-text.ts';
import { fails, type LintedFile, type LintReport, type ReportFinding } from './lint-report.ts';

/** A Dockerfile and what became of it. */
export interface FixedFile {
  readonly path: string;
  readonly before: FixedText;
  readonly after: FixedText;
  readonly made: readonly { readonly finding: ReportFinding; readonly line: number }[];
  readonly offers: readonly OfferedMend[];
}

type FixedText = Omit<LintedFile, 'path'>;

/** A mend that changes the image, and the text with it. */
export interface OfferedMend {
  readonly path: string;
  readonly finding: ReportFinding;
  readonly before: FixedText;
  readonly after: string;
}

export interface FixReport extends Pick<LintReport, 'engine' | 'threshold'> {
  readonly files: readonly FixedFile[];
  /** Nothing was written: it is said what would be. */
  readonly isDryRun: boolean;
}

interface Look {
  readonly columns: number;
  readonly color: boolean;
}

/** What was mended by rule, what is offered with its diff, and what takes a person. */
export function renderFix(report: FixReport, { columns, color }: Look): string {
  const paint = paintFor(color);
  const width = Math.max(40, Math.min(columns, 120));
  const lines = report.files.flatMap((file) => [...fileLines(file, report, width, paint), '']);
  const offered = report.files.reduce((sum, { offers }) => sum + offers.length, 0);
  if (offered > 0)
    lines.push(
      ...wrapText('--unsafe makes what is offered; on a terminal each is asked about.', width, {
        first: ' ',
        rest: ' ',
      }),
    );
  lines.push(...flowLine([counted(report.files.length, 'file'), report.engine], width, ' '));
  return `${lines.join('\n')}\n`;
}

/** What makes the file before into the one after, as a diff that patch takes, but where it would show a secret. */
export function renderFixDiff({ path, before, after }: FixedFile): string {
  return diffLines({ path, before, after: after.text })
    .map((line) => `${line}\n`)
    .join('');
}

/** An offer as it is put to a person. */
export function renderOffer(offer: OfferedMend, { columns, color }: Look): string {
  const width = Math.max(40, Math.min(columns, 120));
  return `${offerLines(offer, width, paintFor(color)).join('\n')}\n`;
}

function fileLines(file: FixedFile, report: FixReport, columns: number, paint: Paint): string[] {
  const name = cutMiddle(visibleText(file.path), Math.max(24, columns - 40));
  const done = report.isDryRun ? 'would mend' : 'mended';
  const changing = file.made.filter(({ finding }) => finding.fix?.effect !== 'unchanged').length;
  const effect = changing === 0 ? 'the image stays as it is' : `${changing} of them may change the image`;
  const lines = [
    file.made.length === 0
      ? `${paint.strong(name)}: nothing to mend without asking`
      : `${paint.strong(name)}: ${done} ${counted(file.made.length, 'finding')}; ${effect}`,
    ...madeLines(file, columns),
  ];
  if (file.offers.length > 0) {
    lines.push('', ` ${paint.strong('OFFERED')}  ${counted(file.offers.length, 'mend')} that may change the image`);
    for (const offer of file.offers.slice(0, mostShown)) lines.push('', ...offerLines(offer, columns, paint));
    if (file.offers.length > mostShown) lines.push('', `   and ${file.offers.length - mostShown} more`);
  }
  return [...lines, ...leftLines(file, report, columns, paint)];
}

const mostShown = 50;

/** A line for each thing that was done, with the lines where, and what it changes. */
function madeLines({ made }: FixedFile, columns: number): string[] {
  const groups = new Map<string, { readonly finding: ReportFinding; readonly places: number[] }>();
  for (const { finding, line } of made) {
    const key = `${finding.rule}\n${finding.fix!.title}\n${finding.fix!.note ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { finding, places: [line] });
    else group.places.push(line);
  }
  return [...groups.values()].flatMap(({ finding, places }) => [
    ...layRows(
      [
        [
          { text: finding.rule.padEnd(25), least: 25 },
          { text: finding.fix!.title, cut: 'middle', least: 20 },
          { text: linesText(places), least: 8 },
        ] satisfies Cell[],
      ],
      columns,
      '   ',
    ),
    ...effectLines(finding, columns, '      '),
  ]);
}

function linesText(places: readonly number[]): string {
  const some = [...new Set(places)].sort((a, b) => a - b);
  return `${some.length === 1 ? 'line' : 'lines'} ${some.slice(0, 6).join(', ')}${some.length > 6 ? ', …' : ''}`;
}

function offerLines(offer: OfferedMend, columns: number, paint: Paint): string[] {
  const { finding } = offer;
  const diff = diffLines(offer).slice(2);
  return [
    ...wrapText(`${finding.start.line}:${finding.start.column} ${finding.rule}: ${finding.message}`, columns, {
      first: '   ',
      rest: '     ',
    }),
    ...wrapText(finding.fix!.title, columns, { first: '     mend  ', rest: '           ' }),
    ...effectLines(finding, columns, '     '),
    ...diff.map((line) => `     ${styled(line.replace(/\r$/, ''), paint)}`),
  ];
}

function styled(line: string, paint: Paint): string {
  return line.startsWith('+') || line.startsWith('-') ? line : paint.quiet(line);
}

const effects = {
  unchanged: 'leaves the image as it is',
  configuration: 'changes its configuration',
  contents: 'changes its contents',
} as const;

/** What a mend changes; nothing for one that changes nothing. */
function effectLines({ fix }: ReportFinding, columns: number, indent: string): string[] {
  if (fix?.note === undefined) return [];
  const first = `${indent}${effects[fix.effect]}: `;
  return wrapText(fix.note, columns, { first, rest: `${indent}  ` });
}

/** Findings from the threshold on that have no mend: what to do for each. */
function leftLines({ after, offers }: FixedFile, report: FixReport, columns: number, paint: Paint): string[] {
  const offered = new Set(offers.map(({ finding }) => finding));
  const left = after.findings.filter((finding) => !offered.has(finding));
  const shown = left.filter(({ severity }) => fails(report, severity));
  if (left.length === 0) return [];
  const rest = left.length - shown.length;
  const lines = ['', ` ${paint.strong('LEFT')}  ${counted(left.length, 'finding')} for a person to mend`];
  for (const { start, rule, advice } of shown)
    lines.push(
      ...wrapText(`${start.line}:${start.column} ${rule}: ${advice}`, columns, { first: '   ', rest: '     ' }),
    );
  if (rest > 0) lines.push(`   ${shown.length > 0 ? 'and ' : ''}${rest} below the threshold: plimsoll dockerfile lint`);
  return lines;
}

function diffLines({ path, before, after }: { path: string; before: FixedText; after: string }): string[] {
  const diff = unifiedDiff(before.text, after, path).split('\n').slice(0, -1);
  const secrets = before.concealed
    .map(({ start, end }) => before.text.slice(start, end).replace(/^(["'])(.*)\1$/s, '$2'))
    .flatMap((secret) => secret.split('\n'))
    .filter((secret) => secret.trim().length >= 3);
  return diff.map((line) => {
    const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '*'.repeat(secret.length)), line);
    const end = shown.endsWith('\r') ? '\r' : '';
    // Tabs and line ends are the file's own.
    return (
      shown
        .slice(0, shown.length - end.length)
        .split('\t')
        .map(visibleText)
        .join('\t') + end
    );
  });
}
