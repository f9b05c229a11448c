import { type Finding, type ImageRecord, type Verdict, type Violation } from '../../model/index.ts';
import { counted } from '../units.ts';
import { visibleText } from '../visible-text.ts';
import type { Paint } from './paint.ts';
import { layerText, leftBehindText, ownerText, pathText, placeText } from './place-text.ts';
import { type Cell, layLine, layRows } from './rows.ts';
import {
  byPackage,
  highestFix,
  type PackageLookup,
  packageLookup,
  packageRow,
  severityCell,
  type VulnerablePackage,
} from './vulnerability-rows.ts';
import { wrapText } from './wrap.ts';

export interface GroupOptions {
  readonly columns: number;
  readonly paint: Paint;
  /** Rows of one rule; what is beyond is counted. */
  readonly maxRows: number;
}

const maxMends = 4;

/** Violations by rule, in the policy's order: what, whose, where, and the mends that close most of them. */
export function ruleGroupLines(
  {
    record,
    verdict,
    violations,
  }: { readonly record: ImageRecord; readonly verdict: Verdict; readonly violations: readonly Violation[] },
  options: GroupOptions,
): string[] {
  const findings = new Map(record.findings.map((finding) => [finding.id, finding]));
  const order = [...new Set([...verdict.rules.map(({ rule }) => rule), ...violations.map(({ rule }) => rule)])];
  const lookup = packageLookup(record);
  const said: Said = { findings: new Set(), mends: new Set() };
  return order.flatMap((rule) => {
    const own = violations.filter((violation) => violation.rule === rule);
    return own.length === 0 ? [] : groupLines({ rule, violations: own, findings, record, said, lookup }, options);
  });
}

/** What stands above already: a finding that breaks several rules is listed, and mended, once. */
interface Said {
  readonly findings: Set<string>;
  readonly mends: Set<string>;
}

interface Group {
  readonly said: Said;
  readonly lookup: PackageLookup;
  readonly rule: string;
  readonly violations: readonly Violation[];
  readonly findings: ReadonlyMap<string, Finding>;
  readonly record: ImageRecord;
}

function groupLines(group: Group, options: GroupOptions): string[] {
  const { violations, findings, record, said, lookup } = group;
  const { columns, paint, maxRows } = options;
  const found = violations.map(({ findingId }) => (findingId === undefined ? undefined : findings.get(findingId)));
  const packages = byPackage(
    found.flatMap((finding) => (finding?.kind === 'vulnerability' ? [finding] : [])),
    lookup,
  );
  const fresh = packages.filter((each) => each.some(({ id }) => !said.findings.has(id)));
  const others = violations.filter(
    ({ findingId }, i) =>
      found[i]?.kind !== 'vulnerability' && (findingId === undefined || !said.findings.has(findingId)),
  );
  for (const { findingId } of violations) if (findingId !== undefined) said.findings.add(findingId);
  const shown = fresh.slice(0, maxRows);
  const rest = others.slice(0, Math.max(0, maxRows - shown.length));
  const hidden = fresh.slice(maxRows).reduce((sum, each) => sum + each.length, 0) + others.length - rest.length;
  const listedAbove = shown.length + rest.length === 0;
  return [
    ...titleLines(group, { packages: packages.length, listedAbove }, options),
    ...layRows(
      shown.map((each) => packageRow(each, { ...record, lookup }, paint)),
      columns,
      '   ',
    ),
    ...otherLines(rest, record, options),
    ...(hidden === 0
      ? []
      : [layLine([{ text: `and ${hidden} more (--format json lists them)`, style: paint.quiet }], columns, '   ')]),
    ...mendLines(mendsOf(violations, packages, group), { said, isOnly: violations.length === 1 }, options),
  ];
}

/** The rule, how many there are and, where they all have one reason, that reason. */
function titleLines(
  { rule, violations, findings }: Group,
  { packages, listedAbove }: { readonly packages: number; readonly listedAbove: boolean },
  { columns, paint }: GroupOptions,
): string[] {
  const all = violations.length;
  const isAllVulnerabilities = violations.every(
    ({ findingId }) => findings.get(findingId ?? '')?.kind === 'vulnerability',
  );
  const count = isAllVulnerabilities
    ? `${counted(all, 'vulnerability', 'vulnerabilities')}${all === 1 ? '' : ` in ${counted(packages, 'package')}`}`
    : counted(all, 'finding');
  const reason = commonReason(violations.map(({ why }) => why));
  const name = visibleText(rule);
  const text = `${name}  ${count}${listedAbove ? ', listed above' : ''}${reason === '' ? '' : `: ${reason}`}`;
  const [first = '', ...more] = wrapText(text, columns, { first: ' ', rest: '     ' });
  return [` ${paint.strong(name)}${first.slice(1 + name.length)}`, ...more];
}

/** The reason that all have in common: the whole sentence, or its last part, where the rule says what it allows. */
function commonReason(reasons: readonly string[]): string {
  for (const part of [(why: string) => why, (why: string) => why.slice(why.lastIndexOf('; ') + 1).trim()]) {
    const distinct = new Set(reasons.map(part));
    if (distinct.size === 1) return [...distinct][0] ?? '';
  }
  return '';
}

/** What is no vulnerability: the thing, its place, what made it; then, if so, that it was deleted and still ships. */
function otherLines(violations: readonly Violation[], record: ImageRecord, { columns, paint }: GroupOptions): string[] {
  const rows = violations.map(({ severity, what, place }): Cell[] => [
    severity === undefined ? { text: '' } : severityCell(severity, paint),
    { text: what, cut: 'middle', least: 24 },
    { text: place === undefined ? '' : pathText(place), cut: 'middle', least: 16 },
    { text: place === undefined ? '' : originText(place, record), cut: 'end', least: 12 },
  ]);
  const lines = layRows(rows, columns, '   ');
  return lines.flatMap((line, i) => {
    const place = violations[i]?.place;
    const left = place === undefined ? undefined : leftBehindText(place);
    return left === undefined ? [line] : [line, layLine([{ text: left, style: paint.loud }], columns, '     ')];
  });
}

/** `app, layer 7: COPY . /srv/cart` */
function originText(place: NonNullable<Violation['place']>, record: ImageRecord): string {
  const origin = [ownerText(place, record), layerText(place, record)].filter((part) => part !== '').join(', ');
  if (place.instruction === undefined)
    return origin === '' ? '' : pathText(place) === '' ? placeText(place, record) : origin;
  return `${origin}: ${place.instruction}`;
}

/** How many findings each mend closes; of one package's mends only that which closes all. */
function mendsOf(
  violations: readonly Violation[],
  packages: readonly VulnerablePackage[],
  { lookup }: Group,
): Map<string, number> {
  const mendOf = new Map(violations.map(({ findingId, mend }) => [findingId, mend]));
  const mends = new Map<string, number>();
  const grouped = new Set<string | undefined>();
  const add = (mend: string | undefined, count: number): void => {
    if (mend !== undefined) mends.set(mend, (mends.get(mend) ?? 0) + count);
  };
  for (const group of packages) {
    for (const { id } of group) grouped.add(id);
    const highest = highestFix(group, lookup);
    if (highest === undefined) for (const { id } of group) add(mendOf.get(id), 1);
    else add(mendOf.get(highest.id), group.filter(({ id }) => mendOf.get(id) !== undefined).length);
  }
  for (const { findingId, mend } of violations) if (!grouped.has(findingId)) add(mend, 1);
  return mends;
}

function mendLines(
  all: ReadonlyMap<string, number>,
  { said, isOnly }: { readonly said: Said; readonly isOnly: boolean },
  { columns, paint }: GroupOptions,
): string[] {
  const mends = new Map([...all].filter(([mend]) => !said.mends.has(mend)));
  for (const mend of mends.keys()) said.mends.add(mend);
  const ranked = [...mends].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const lines = ranked.slice(0, maxMends).flatMap(([mend, count], i) =>
    wrapText(isOnly ? mend : `${mend} (${count})`, columns, {
      first: i === 0 ? '   mend  ' : '         ',
      rest: '           ',
    }),
  );
  const more = ranked.length - maxMends;
  if (more > 0)
    lines.push(layLine([{ text: `and ${counted(more, 'other mend')}`, style: paint.quiet }], columns, '         '));
  return lines;
}
