import type { Comparison, Executable, Finding, NewFinding, Package } from '../model/index.ts';
import { severityCounts } from './table/other-findings.ts';
import { type Paint, paintFor } from './table/paint.ts';
import { pathText } from './table/place-text.ts';
import { type Cell, layLine, layRows } from './table/rows.ts';
import { severityCell } from './table/vulnerability-rows.ts';
import { wrapText } from './table/wrap.ts';
import { bytesText, counted, shortDigest } from './units.ts';

export interface ComparisonOptions {
  readonly format: 'table' | 'json';
  /** How the user named the two images. */
  readonly a: string;
  readonly b: string;
  readonly columns: number;
  readonly color: boolean;
}

const maxRows = 15;

/** What changed between two images, as a table (what is new to blame first) or as JSON; with a newline at the end. */
export function renderComparison(comparison: Comparison, options: ComparisonOptions): string {
  if (options.format === 'json') return `${JSON.stringify(comparison, undefined, 2)}\n`;
  const columns = Math.max(40, options.columns);
  const paint = paintFor(options.color);
  const { findings, packages, executables, configuration } = comparison;
  const body = [
    newFindings(findings.new, columns, paint),
    goneFindings(findings.gone, columns, paint),
    differences(packages, { nouns: ['package', 'packages'], row: packageCells }, columns, paint),
    differences(executables, { nouns: ['executable', 'executables'], row: executableCells }, columns, paint),
    settings(configuration, columns, paint),
  ].filter((lines) => lines.length > 0);
  const same = `nothing differs: ${counted(comparison.to.packages, 'package')}, ${counted(comparison.to.executables, 'executable')}, ${counted(comparison.to.findings, 'finding')} and the configuration are alike`;
  const blocks = [
    headLines(comparison, options, columns, paint),
    ...(body.length === 0 ? [wrapText(same, columns, { first: ' ', rest: '   ' })] : body),
    comparison.caveats.flatMap((caveat) => wrapText(`but ${caveat}`, columns, { first: ' ', rest: '   ' })),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headLines({ from, to }: Comparison, { a, b }: ComparisonOptions, columns: number, paint: Paint): string[] {
  const grown = to.sizeBytes - from.sizeBytes;
  const difference = grown === 0 ? 'same size' : `${grown > 0 ? '+' : '-'}${bytesText(Math.abs(grown))}`;
  const extent = `${bytesText(from.sizeBytes)} → ${bytesText(to.sizeBytes)} (${difference}) · ${from.layers} → ${counted(to.layers, 'layer')}`;
  return [
    layLine([{ text: `${a} → ${b}`, style: paint.strong, cut: 'middle' }], columns),
    layLine(
      [
        {
          text:
            from.digest === to.digest
              ? `both ${shortDigest(to.digest)}`
              : `${shortDigest(from.digest)} → ${shortDigest(to.digest)}`,
          cut: 'middle',
        },
      ],
      columns,
    ),
    // An SBOM has no size.
    ...(from.sizeBytes + to.sizeBytes === 0 ? [] : [layLine([{ text: extent }], columns)]),
  ];
}

function newFindings(findings: readonly NewFinding[], columns: number, paint: Paint): string[] {
  if (findings.length === 0) return [];
  const sorted = findings.slice(0, maxRows);
  const rows = sorted.map((each): Cell[] => [
    severityCell(each.finding.severity, paint),
    ...findingCells(each.finding),
    { text: causeText(each), least: 11 },
    { text: broughtBy(each.finding), cut: 'end', least: 10 },
  ]);
  return [
    layLine(
      [
        { text: counted(findings.length, 'new finding'), style: paint.strong },
        { text: severityCounts(findings.map(({ finding }) => finding)) },
      ],
      columns,
      ' ',
    ),
    ...layRows(rows, columns, '   '),
    ...moreLine(findings.length - sorted.length, columns, paint),
  ];
}

function causeText({ cause, previousVersion }: NewFinding): string {
  if (cause === 'package-changed') return `was ${previousVersion ?? 'another version'}`;
  if (cause === 'package-added') return 'new package';
  return cause === 'newly-known' ? 'newly known' : 'new content';
}

/** Whose it is, and the instruction that brought it. */
function broughtBy({ place }: Finding): string {
  const layer = place.layer === undefined ? '' : `, layer ${place.layer + 1}`;
  return `${place.owner}${layer}${place.instruction === undefined ? '' : `: ${place.instruction}`}`;
}

function goneFindings(findings: readonly Finding[], columns: number, paint: Paint): string[] {
  if (findings.length === 0) return [];
  const shown = findings.slice(0, maxRows);
  const rows = shown.map((finding): Cell[] => [severityCell(finding.severity, paint), ...findingCells(finding)]);
  return [
    layLine(
      [
        { text: `${counted(findings.length, 'finding')} gone`, style: paint.strong },
        { text: severityCounts(findings) },
      ],
      columns,
      ' ',
    ),
    ...layRows(rows, columns, '   '),
    ...moreLine(findings.length - shown.length, columns, paint),
  ];
}

/** What it is, and the package or place that has it. */
function findingCells(finding: Finding): Cell[] {
  if (finding.kind === 'vulnerability') {
    const { advisory, packageName, packageVersion } = finding;
    return [
      { text: advisory, least: 14 },
      { text: `${packageName} ${packageVersion}`, cut: 'middle', least: 20 },
    ];
  }
  return [
    {
      text: finding.kind === 'secret' ? `${finding.title} ${finding.redacted}` : finding.title,
      cut: 'middle',
      least: 16,
    },
    { text: pathText(finding.place), cut: 'middle', least: 16 },
  ];
}

interface Kind<Item> {
  readonly nouns: readonly [string, string];
  row(item: Item, before?: Item): Cell[];
}

function differences<Item>(
  {
    added,
    removed,
    changed,
  }: {
    readonly added: readonly Item[];
    readonly removed: readonly Item[];
    readonly changed: readonly { readonly from: Item; readonly to: Item }[];
  },
  { nouns, row }: Kind<Item>,
  columns: number,
  paint: Paint,
): string[] {
  const total = added.length + removed.length + changed.length;
  if (total === 0) return [];
  const rows = [
    ...changed.map(({ from, to }) => [{ text: '~' }, ...row(to, from)]),
    ...added.map((item) => [{ text: '+' }, ...row(item)]),
    ...removed.map((item) => [{ text: '-' }, ...row(item)]),
  ];
  const counts = [`${changed.length} changed`, `${added.length} added`, `${removed.length} removed`].filter(
    (text) => !text.startsWith('0 '),
  );
  return [
    layLine([{ text: counted(total, ...nouns), style: paint.strong }, { text: counts.join(', ') }], columns, ' '),
    ...layRows(rows.slice(0, maxRows), columns, '   '),
    ...moreLine(rows.length - Math.min(rows.length, maxRows), columns, paint),
  ];
}

function packageCells({ type, name, version, place }: Package, before?: Package): Cell[] {
  return [
    { text: name, cut: 'middle', least: 16 },
    { text: before === undefined ? version : `${before.version} → ${version}`, cut: 'middle', least: 16 },
    { text: type },
    { text: `${place.owner}${place.layer === undefined ? '' : `, layer ${place.layer + 1}`}`, cut: 'end' },
  ];
}

function executableCells({ place, mode, sha256, sizeBytes }: Executable, before?: Executable): Cell[] {
  const changes =
    before === undefined
      ? [bytesText(sizeBytes)]
      : [
          before.sha256 === sha256 ? '' : `${bytesText(before.sizeBytes)} → ${bytesText(sizeBytes)}`,
          before.mode === mode ? '' : `mode ${before.mode.toString(8)} → ${mode.toString(8)}`,
        ];
  const special = (mode & 0o6000) !== 0 ? 'setuid' : '';
  return [
    { text: place.path ?? '', cut: 'middle', least: 24 },
    { text: [...changes, special].filter((text) => text !== '').join(', ') },
    { text: `${place.owner}${place.layer === undefined ? '' : `, layer ${place.layer + 1}`}`, cut: 'end' },
  ];
}

function settings(changes: Comparison['configuration'], columns: number, paint: Paint): string[] {
  if (changes.length === 0) return [];
  const shown = changes.slice(0, maxRows);
  const rows = shown.map(({ what, from, to }): Cell[] => [
    { text: from === undefined ? '+' : to === undefined ? '-' : '~' },
    { text: what, cut: 'middle', least: 16 },
    { text: from === undefined ? (to ?? '') : to === undefined ? from : `${from} → ${to}`, cut: 'middle', least: 16 },
  ]);
  return [
    layLine(
      [{ text: counted(changes.length, 'setting'), style: paint.strong }, { text: 'of the configuration' }],
      columns,
      ' ',
    ),
    ...layRows(rows, columns, '   '),
    ...moreLine(changes.length - shown.length, columns, paint),
  ];
}

function moreLine(count: number, columns: number, paint: Paint): string[] {
  return count <= 0
    ? []
    : [layLine([{ text: `and ${count} more (--format json lists them)`, style: paint.quiet }], columns, '   ')];
}
