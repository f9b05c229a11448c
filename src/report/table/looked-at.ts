import type { ImageRecord } from '../../model/index.ts';
import { counted } from '../units.ts';
import type { Paint } from './paint.ts';
import { layLine } from './rows.ts';
import { wrapText } from './wrap.ts';

const maxProblems = 5;

/** Every "none" with what was looked at, and what is not known because nothing could be looked at. */
export function lookedAtLines(record: ImageRecord, columns: number, paint: Paint): string[] {
  const lines: { readonly text: string; readonly loud?: boolean }[] = [];
  const has = (kind: string): boolean => record.findings.some((finding) => finding.kind === kind);
  const { advisories, statistics, packages, image } = record;
  if (advisories === undefined) {
    lines.push({
      text: `vulnerabilities unknown: ${counted(packages.length, 'package')} not looked up, there was no advisory database`,
      loud: true,
    });
  } else {
    const none = has('vulnerability') ? undefined : noVulnerabilities(record);
    if (none !== undefined) lines.push({ text: none });
    const left = packages.filter(
      ({ ecosystem }) => ecosystem !== undefined && advisories.uncovered.includes(ecosystem),
    );
    if (advisories.uncovered.length > 0) {
      lines.push({
        text: `vulnerabilities unknown for ${counted(left.length, 'package')}: the database has no advisories for ${advisories.uncovered.join(', ')}`,
        loud: true,
      });
    }
    const homeless = packages.filter(({ ecosystem }) => ecosystem === undefined);
    if (homeless.length > 0) {
      lines.push({
        text: `vulnerabilities unknown for ${counted(homeless.length, 'package')} of ${typesText(homeless)}: nobody whose advisories are read speaks of them`,
        loud: true,
      });
    }
  }
  if (image.kind === 'sbom') {
    lines.push({ text: 'secrets, executables and accounts unknown: an SBOM does not hold the files', loud: true });
  } else if (!has('secret') && !has('private-key')) {
    lines.push({
      text: `no secrets in ${counted(statistics.filesSearchedForSecrets, 'file')}${butUnread(record, 'secrets')}`,
    });
  }
  return lines.flatMap(({ text, loud }) => {
    const [first = '', ...rest] = wrapText(text, columns, { first: ' ', rest: '   ' });
    return loud === true ? [` ${paint.loud(first.slice(1))}`, ...rest] : [first, ...rest];
  });
}

/** Undefined where there are packages and none could be looked up: what is unknown then is said beside it. */
function noVulnerabilities(record: ImageRecord): string | undefined {
  const unread = butUnread(record, 'packages');
  if (record.packages.length === 0) return `no packages whose vulnerabilities could be looked up${unread}`;
  const covered = record.advisories?.covered ?? [];
  const looked = record.packages.filter(({ ecosystem }) => ecosystem !== undefined && covered.includes(ecosystem));
  if (looked.length === 0) return undefined;
  return `no known vulnerabilities in ${counted(looked.length, 'package')} (${covered.join(', ')})${unread}`;
}

function butUnread({ problems }: ImageRecord, scope: string): string {
  const count = problems.filter(({ hides }) => hides === 'all' || hides === scope).length;
  return count === 0 ? '' : `, but ${counted(count, 'thing')} could not be read`;
}

function typesText(packages: ImageRecord['packages']): string {
  const types = [...new Set(packages.map(({ type }) => type))].sort();
  return types.length === 1 ? `type ${types[0] ?? ''}` : `types ${types.join(', ')}`;
}

/** What could not be read: each with its path and reason. */
export function problemLines({ problems }: ImageRecord, columns: number, paint: Paint): string[] {
  const unread = problems.filter(({ hides }) => hides !== 'nothing');
  const notes = problems.filter(({ hides }) => hides === 'nothing');
  return [...listed(unread, 'could not be read'), ...listed(notes, 'worth knowing')];

  function listed(some: ImageRecord['problems'], what: string): string[] {
    if (some.length === 0) return [];
    const texts = some.map(({ path, message, layer }) => {
      const place = path ?? (layer === undefined ? '' : `layer ${layer + 1}`);
      return place === '' || message.includes(place) ? message : `${place} (${message})`;
    });
    const title = `${counted(some.length, 'thing')} ${what}`;
    if (texts.length === 1) return wrapText(`${title}: ${texts[0] ?? ''}`, columns, { first: ' ', rest: '   ' });
    const lines = texts
      .slice(0, maxProblems)
      .flatMap((text) => wrapText(text, columns, { first: '   ', rest: '     ' }));
    const more = texts.length - maxProblems;
    if (more > 0)
      lines.push(
        layLine([{ text: `and ${more} more (--format json lists them)`, style: paint.quiet }], columns, '   '),
      );
    return [layLine([{ text: `${title}:`, style: paint.strong }], columns, ' '), ...lines];
  }
}
