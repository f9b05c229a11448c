import type { Hardening, ImageRecord } from '../../model/index.ts';
import { paintFor } from '../table/paint.ts';
import { type Cell, layLine, layRows } from '../table/rows.ts';
import { wrapText } from '../table/wrap.ts';
import { bytesText, counted } from '../units.ts';

export interface HardeningOptions {
  readonly columns: number;
  readonly color: boolean;
}

const maxRows = 15;

/** A proposal for people: what goes and what that saves, what stays and why, what nobody can see. Ends with a newline. */
export function renderHardening(hardening: Hardening, record: ImageRecord, options: HardeningOptions): string {
  const columns = Math.max(40, options.columns);
  const paint = paintFor(options.color);
  const { image, kept, removed, savedBytes, savedFindings, unknown } = hardening;
  const all = kept.length + removed.length;
  const known = record.findings.filter(({ kind }) => kind === 'vulnerability').length;
  const findings =
    savedFindings === undefined
      ? 'no advisories were looked up (plimsoll db update)'
      : `${savedFindings} of ${counted(known, 'known vulnerability', 'known vulnerabilities')}`;
  const forWhom = hardening.for.length === 0 ? 'for its own entry point' : `for ${hardening.for.join(', ')}`;
  const blocks = [
    [
      layLine(
        [
          { text: image.reference, style: paint.strong, cut: 'middle' },
          { text: forWhom, cut: 'middle' },
        ],
        columns,
      ),
      ...wrapText(
        `nothing needs ${removed.length} of ${counted(all, 'package')}: ${bytesText(savedBytes)} by their own word, ${findings}`,
        columns,
        { first: '', rest: '  ' },
      ),
    ],
    section('goes', removed.length, columns, [
      ...layRows(
        removed
          .slice(0, maxRows)
          .map(({ name, version, sizeBytes, findings: count, worst }): Cell[] => [
            { text: name, cut: 'middle', least: 16 },
            { text: version, cut: 'middle', least: 8 },
            { text: bytesText(sizeBytes) },
            { text: count === 0 ? '' : `${counted(count, 'advisory', 'advisories')}, ${worst ?? ''}` },
          ]),
        columns,
        '   ',
      ),
      ...moreLine(removed.length),
    ]),
    section('stays', kept.length, columns, [
      ...layRows(
        kept
          .slice(0, maxRows)
          .map(({ name, sizeBytes, why }): Cell[] => [
            { text: name, cut: 'middle', least: 16 },
            { text: bytesText(sizeBytes) },
            { text: why, cut: 'middle', least: 20 },
          ]),
        columns,
        '   ',
      ),
      ...moreLine(kept.length),
    ]),
    [
      layLine([{ text: 'what cannot be known', style: paint.strong }], columns, ' '),
      ...unknown.flatMap((text) => wrapText(text, columns, { first: '   ', rest: '     ' })),
    ],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;

  function section(title: string, count: number, width: number, lines: readonly string[]): string[] {
    return count === 0
      ? []
      : [layLine([{ text: title, style: paint.strong }, { text: counted(count, 'package') }], width, ' '), ...lines];
  }
}

function moreLine(count: number): string[] {
  return count <= maxRows ? [] : [`   and ${count - maxRows} more (--format json lists them)`];
}
