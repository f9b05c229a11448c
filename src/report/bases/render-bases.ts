import { type Base, type BaseRelease, newestEndorsed, referenceOf, stateOf } from '../../model/index.ts';
import { type Paint, paintFor } from '../table/paint.ts';
import { type Cell, flowLine, layLine, layRows } from '../table/rows.ts';
import { wrapText } from '../table/wrap.ts';
import { bytesText, counted, shortDigest } from '../units.ts';
import { visibleText } from '../visible-text.ts';

export interface BasesOptions {
  readonly format: 'table' | 'json';
  readonly columns: number;
  readonly color: boolean;
}

/** What is wrong with the endorsement of a release, by its digest. */
export type EndorsementProblems = ReadonlyMap<string, string>;

/** The library of bases, a line each. Ends with a newline. */
export function renderBaseList(bases: readonly Base[], { format, columns, color }: BasesOptions): string {
  if (format === 'json') return `${JSON.stringify(bases, undefined, 2)}\n`;
  const paint = paintFor(color);
  if (bases.length === 0)
    return 'no base in the catalogue yet; plimsoll base add NAME --from REF --owner WHO takes one in\n';
  const head: Cell[] = ['NAME', 'STATE', 'VERDICT', 'PURPOSE', 'RELEASES', 'SUPPORTED', 'OWNER'].map((text) => ({
    text,
    style: paint.quiet,
  }));
  const rows = bases.map((base): Cell[] => {
    const release = newestEndorsed(base) ?? base.releases.at(-1);
    return [
      { text: base.name, style: paint.strong, cut: 'middle', least: 12 },
      { text: base.state },
      { text: verdictWord(release) },
      { text: base.purpose },
      { text: String(base.releases.length) },
      { text: base.supportEnd === undefined ? 'unknown' : `to ${base.supportEnd}` },
      { text: base.owner, cut: 'middle', least: 6 },
    ];
  });
  return `${layRows([head, ...rows], Math.max(40, columns)).join('\n')}\n`;
}

/** One base: what it is, how to build on it, its releases, its history. Ends with a newline. */
export function renderBase(base: Base, problems: EndorsementProblems, options: BasesOptions): string {
  if (options.format === 'json')
    return `${JSON.stringify({ ...base, endorsementProblems: Object.fromEntries(problems) }, undefined, 2)}\n`;
  const columns = Math.max(40, options.columns);
  const paint = paintFor(options.color);
  const newest = newestEndorsed(base);
  const facts = [
    `owner ${base.owner}`,
    `from ${base.source}`,
    `policy ${base.policy ?? 'base'}${base.scope === undefined ? '' : `, scope ${base.scope}`}`,
    base.supportEnd === undefined ? 'end of support unknown' : `supported until ${base.supportEnd}`,
    base.channels.length === 0 ? '' : `channels ${base.channels.join(', ')}`,
  ];
  const blocks = [
    [
      layLine([{ text: base.name, style: paint.strong }, { text: base.state }, { text: base.purpose }], columns),
      ...(base.description === undefined ? [] : wrapText(base.description, columns, { first: '', rest: '' })),
      ...flowLine(facts, columns),
    ],
    newest === undefined
      ? [layLine([{ text: 'nothing to build on yet: no release is endorsed' }], columns)]
      : [visibleText(`FROM ${referenceOf(newest)}`)],
    releaseLines(base, problems, columns, paint),
    historyLines(base, columns, paint),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function releaseLines(base: Base, problems: EndorsementProblems, columns: number, paint: Paint): string[] {
  if (base.releases.length === 0) return [];
  const rows = base.releases.toReversed().map((release): Cell[] => [
    { text: release.digest.slice(7, 19) },
    { text: stateOf(base, release) },
    { text: verdictWord(release) },
    { text: (release.platform ?? '').replace(/^linux\//, '') },
    { text: bytesText(release.sizeBytes) },
    {
      text: release.endorsement === undefined ? `added ${release.added.slice(0, 10)}` : endorsedText(release),
      cut: 'end',
    },
  ]);
  const bad = base.releases.flatMap(({ digest }) => {
    const problem = problems.get(digest);
    return problem === undefined
      ? []
      : wrapText(`${shortDigest(digest)}: do not trust its endorsement: ${problem}`, columns, {
          first: '   ',
          rest: '     ',
        });
  });
  return [
    layLine([{ text: counted(base.releases.length, 'release'), style: paint.strong }], columns, ' '),
    ...layRows(rows, columns, '   '),
    ...bad,
  ];
}

function endorsedText({ endorsement }: BaseRelease): string {
  return `by ${endorsement!.by} ${endorsement!.at.slice(0, 10)}`;
}

const maxEvents = 12;

function historyLines({ history }: Base, columns: number, paint: Paint): string[] {
  const shown = history.slice(-maxEvents);
  const rows = shown.map(({ at, by, what, release, why }): Cell[] => [
    { text: at.slice(0, 16).replace('T', ' ') },
    { text: what },
    { text: release === undefined ? '' : release.slice(7, 19) },
    { text: by, cut: 'middle', least: 8 },
    { text: why ?? '', cut: 'end', least: 12 },
  ]);
  const earlier = history.length - shown.length;
  return [
    layLine([{ text: 'history', style: paint.strong }], columns, ' '),
    ...(earlier > 0 ? [`   ${counted(earlier, 'earlier entry', 'earlier entries')} (--format json lists them)`] : []),
    ...layRows(rows, columns, '   '),
  ];
}

function verdictWord(release: BaseRelease | undefined): string {
  if (release?.verdict === undefined) return 'not judged';
  return release.verdict.result === 'cannot-tell' ? 'cannot tell' : release.verdict.result;
}
