import type { Impact, ImpactedBase, ImpactedImage, ImpactedPackage, ImpactedRelease } from '../../model/index.ts';
import { type Paint, paintFor } from '../table/paint.ts';
import { type Cell, layLine, layRows } from '../table/rows.ts';
import { wrapText } from '../table/wrap.ts';
import { ageText, counted, shortDigest } from '../units.ts';

export interface ImpactOptions {
  readonly format: 'tree' | 'table' | 'json';
  readonly now: Date;
  readonly columns: number;
  readonly color: boolean;
}

const maxImages = 25;

/** Whom something reaches: as a tree of bases, releases and images, as a table of images, or as JSON. Ends with a newline. */
export function renderImpact(impact: Impact, options: ImpactOptions): string {
  if (options.format === 'json') return `${JSON.stringify(impact, undefined, 2)}\n`;
  const columns = Math.max(40, options.columns);
  const paint = paintFor(options.color);
  const body = options.format === 'tree' ? treeBlocks(impact, columns, paint) : tableBlocks(impact, columns);
  const blocks = [
    headLines(impact, columns, paint),
    ...body,
    mendLines(impact, columns),
    footLines(impact, options, columns),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headLines({ asked, images, records, bases, others }: Impact, columns: number, paint: Paint): string[] {
  const first: Cell[] = [];
  const more: string[] = [];
  switch (asked.kind) {
    case 'vulnerability':
      first.push({ text: asked.id, style: paint.strong }, { text: asked.severity ?? '' });
      if (asked.exploitedSince !== undefined)
        first.push({ text: `exploited since ${asked.exploitedSince}`, style: paint.loud });
      if (asked.title !== undefined)
        more.push(...wrapText(asked.title, columns, { first: '', rest: '  ' }).slice(0, 2));
      break;
    case 'package':
      first.push({ text: asked.name, style: paint.strong }, { text: asked.versions ?? '' });
      break;
    case 'digest': {
      const means = asked.means.map(
        (each) => ({ release: 'a release of a base', image: 'an image', layer: 'a layer' })[each],
      );
      first.push({ text: asked.digest, style: paint.strong, cut: 'middle' });
      first.push({ text: means.length === 0 ? 'nothing that is known here' : means.join(', ') });
      break;
    }
    case 'base':
      first.push({ text: `on base ${asked.name}`, style: paint.strong });
  }
  const releases = bases.flatMap((base) => base.releases.filter(({ packages }) => packages.length > 0)).length;
  const inBases = releases === 0 ? '' : ` and ${counted(releases, 'release')} of bases`;
  const reach =
    images + releases + others.length === 0
      ? `reaches none of the ${counted(records, 'image')} whose records are kept`
      : `reaches ${counted(images, 'image')}${inBases}, of ${counted(records, 'record')}`;
  return [layLine(first, columns), ...more, layLine([{ text: reach }], columns)];
}

function treeBlocks({ bases, others }: Impact, columns: number, paint: Paint): string[][] {
  return [
    ...bases.map((base) => [baseLine(base, columns, paint), ...branch(base.releases, releaseLines(columns, paint))]),
    others.length === 0
      ? []
      : [
          layLine([{ text: 'on no base of the catalogue', style: paint.strong }], columns),
          ...imageLines(others, '', columns),
        ],
  ];
}

function baseLine({ name, state, owner }: ImpactedBase, columns: number, paint: Paint): string {
  const facts =
    state === undefined ? 'not in the catalogue' : [state, owner ?? ''].filter((text) => text !== '').join(', ');
  return layLine(
    [
      { text: `base ${name}`, style: paint.strong },
      { text: `(${facts})`, cut: 'middle' },
    ],
    columns,
    '',
  ).replace('  (', ' (');
}

type Lines<Item> = (item: Item, marks: { readonly first: string; readonly rest: string }) => string[];

/** Items below one another with the lines of a tree before them. */
function branch<Item>(items: readonly Item[], lines: Lines<Item>, indent = ''): string[] {
  return items.flatMap((item, index) => {
    const isLast = index === items.length - 1;
    return lines(item, { first: `${indent}${isLast ? '└─ ' : '├─ '}`, rest: `${indent}${isLast ? '   ' : '│  '}` });
  });
}

function releaseLines(columns: number, paint: Paint): Lines<ImpactedRelease> {
  return ({ digest, state, packages, images }, { first, rest }) => {
    const name = digest === undefined ? 'some release' : shortDigest(digest);
    const cells: Cell[] = [
      { text: state === undefined ? name : `${name} (${state})` },
      { text: packagesText(packages), cut: 'middle', least: 16 },
      { text: fixText(packages), style: paint.quiet },
    ];
    return [layLine(cells, columns, first), ...imageLines(images, rest, columns, packages)];
  };
}

function imageLines(
  images: readonly ImpactedImage[],
  indent: string,
  columns: number,
  fromBase: readonly ImpactedPackage[] = [],
): string[] {
  const shown = images.slice(0, maxImages);
  const more = images.length - shown.length;
  const rows = shown.map((image): Cell[] => [
    { text: nameOf(image), cut: 'middle', least: 20 },
    {
      text: packagesText(ownOf(image, fromBase), fromBase.length > 0 ? 'from the base' : ''),
      cut: 'middle',
      least: 16,
    },
    { text: fixText(ownOf(image, fromBase)) },
    { text: isGuess(image) ? `base by ${image.baseKnown}` : '', cut: 'end' },
  ]);
  const laid = layRows(rows, columns - indent.length - 3);
  if (more > 0) laid.push(`and ${counted(more, 'more image', 'more images')} (--format json lists them)`);
  return branch(laid, (line, { first }) => [`${first}${line}`], indent);
}

function isGuess({ baseKnown }: ImpactedImage): boolean {
  return baseKnown !== undefined && /^(?:contents|chain)/.test(baseKnown);
}

/** What an image has beside that of its base: other versions, or the application's own. */
function ownOf(image: ImpactedImage, fromBase: readonly ImpactedPackage[]): readonly ImpactedPackage[] {
  const known = new Set(fromBase.map(({ purl }) => purl));
  // Layers tell who brought what; of a squashed image it is taken to be the base, if that has it too.
  const isInherited = ({ owner }: ImpactedPackage): boolean => owner === 'base' || isGuess(image);
  return image.packages.filter((each) => !isInherited(each) || !known.has(each.purl));
}

function tableBlocks({ bases, others }: Impact, columns: number): string[][] {
  const head: Cell[] = ['BASE', 'RELEASE', 'IMAGE', 'PACKAGE', 'FIX', 'OWNER'].map((text) => ({ text }));
  const row = (image: ImpactedImage, base?: ImpactedBase, release?: ImpactedRelease): Cell[] => [
    { text: base?.name ?? '-', cut: 'middle', least: 8 },
    { text: release?.digest?.slice(7, 19) ?? '-' },
    { text: nameOf(image), cut: 'middle', least: 14 },
    { text: packagesText(image.packages) || '-', cut: 'middle', least: 12 },
    { text: fixText(image.packages).replace('→ ', '') || '-', cut: 'middle' },
    { text: base?.owner ?? '-', cut: 'middle', least: 5 },
  ];
  const rows = [
    ...bases.flatMap((base) =>
      base.releases.flatMap((release) => release.images.map((image) => row(image, base, release))),
    ),
    ...others.map((image) => row(image)),
  ];
  return rows.length === 0 ? [] : [layRows([head, ...rows], columns)];
}

function nameOf({ names, digest }: ImpactedImage): string {
  return names[0] ?? shortDigest(digest);
}

/** `libssl3 3.0.11 +2`: the first, gravest package, and how many more. */
function packagesText(packages: readonly ImpactedPackage[], nothing = ''): string {
  const [first] = packages;
  if (first === undefined) return nothing;
  const more = new Set(packages.map(({ purl }) => purl)).size - 1;
  return `${first.name} ${first.version}${more > 0 ? ` +${more}` : ''}`;
}

function fixText(packages: readonly ImpactedPackage[]): string {
  const fix = packages.find((each) => each.fix?.version !== undefined)?.fix;
  if (fix?.version !== undefined) return `→ ${fix.version}`;
  const state = packages[0]?.fix?.state;
  return state === undefined || state === 'unknown' || state === 'fixed'
    ? ''
    : state === 'wont-fix'
      ? 'no fix will come'
      : 'no fix yet';
}

/** Who mends what, and whom that helps: bases first. */
function mendLines({ asked, bases, others }: Impact, columns: number): string[] {
  if (asked.kind !== 'vulnerability') return [];
  const lines = bases.flatMap(({ name, owner, releases }) => {
    const broken = releases.filter(({ packages }) => packages.some(({ fix }) => fix?.version !== undefined));
    if (broken.length === 0) return [];
    const inherited = broken.reduce((sum, { images }) => sum + images.length, 0);
    const first = broken[0]!.packages.find(({ fix }) => fix?.version !== undefined)!;
    return [
      `${owner ?? 'its owner'}: rebuild base ${name} with ${first.name} ${first.fix!.version!}, then ${counted(inherited, 'image')} on it`,
    ];
  });
  const own = [
    ...bases.flatMap(({ releases }) =>
      releases.flatMap(({ images, packages }) => images.map((image) => ownOf(image, packages))),
    ),
    ...others.map(({ packages }) => packages),
  ].filter((packages) => packages.some(({ owner, fix }) => owner === 'app' && fix?.version !== undefined));
  if (own.length > 0) lines.push(`mend the application's own package in ${counted(own.length, 'image')}`);
  return lines.flatMap((line, index) =>
    wrapText(line, columns, { first: index === 0 ? 'mend  ' : '      ', rest: '        ' }),
  );
}

function footLines({ asked, caveats }: Impact, { now }: ImpactOptions, columns: number): string[] {
  const age = asked.kind === 'vulnerability' ? ageText(asked.advisoriesBuiltAt, now) : undefined;
  return [
    ...caveats.slice(0, 5).flatMap((caveat) => wrapText(`but ${caveat}`, columns, { first: '', rest: '  ' })),
    ...(caveats.length > 5 ? [`and ${caveats.length - 5} more that can't be told (--format json lists them)`] : []),
    ...(age === undefined ? [] : [`advisories ${age} old`]),
  ];
}
