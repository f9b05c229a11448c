import type { ImageRecord } from '../../model/index.ts';
import { bytesText, counted, daysSince, grouped } from '../units.ts';
import type { Paint } from './paint.ts';
import { type Cell, flowLine, layLine } from './rows.ts';
import type { TableInput } from './table-input.ts';

/** Which image this is, how large, on what it stands. */
export function headerLines({ record, reference, now, columns }: TableInput, paint: Paint): string[] {
  const { image } = record;
  const size = record.statistics;
  const extent =
    image.kind === 'image'
      ? `${bytesText(size.sizeBytes)} in ${counted(record.layers.length, 'layer')}`
      : image.kind === 'directory'
        ? `directory, ${bytesText(size.visibleBytes)} in ${counted(size.visibleFiles, 'file')}`
        : 'from an SBOM, image not opened';
  const first: Cell[] = [
    { text: reference, style: paint.strong, cut: 'middle', least: 12 },
    { text: cutDigest(image.digest) },
    { text: image.platform ?? '' },
    { text: extent, least: Math.min(extent.length, 40) },
  ];
  return [layLine(first, columns), ...flowLine([baseText(record), operatingSystemText(record, now)], columns)];
}

/** `sha256:9f3c01…e21a` */
function cutDigest(digest: string): string {
  const colon = digest.indexOf(':');
  return digest.length < colon + 16 ? digest : `${digest.slice(0, colon + 7)}…${digest.slice(-4)}`;
}

function baseText({ base, image }: ImageRecord): string {
  if (image.kind !== 'image') return 'no layers to tell base from application';
  if (base === undefined) return 'base unknown (--base names it)';
  const name = base.name ?? (base.digest === undefined ? 'unnamed' : cutDigest(base.digest));
  const { listed, known, degree = 0 } = base;
  const part = `${Math.floor(degree * 100)}%`;
  const layers =
    known === 'contents'
      ? `a guess: ${part} of its contents`
      : base.layers === 0
        ? 'none of its layers found'
        : base.layers === 1
          ? 'layer 1'
          : `layers 1-${base.layers}`;
  const facts = [
    listed === undefined || known === 'contents' || known === 'chain' ? '' : listed.state,
    layers,
    known === 'chain' ? `a guess: ${part} of its layers` : '',
    known === 'annotation' ? 'by annotation' : '',
    known === 'attestation' ? attestedText(base) : '',
    listed?.newest === undefined ? '' : 'a newer release is there',
  ];
  return `base ${name} (${facts.filter((fact) => fact !== '').join(', ')})`;
}

/** Provenance that nobody signed is nobody's word; without a trust root nobody says whose a signature is. */
function attestedText({ attested }: NonNullable<ImageRecord['base']>): string {
  if (attested?.standing === 'verified') return `by provenance of ${attested.by ?? 'an enrolled builder'}`;
  return attested?.standing === 'signed' ? 'by unverified provenance' : 'by unsigned provenance';
}

function operatingSystemText({ operatingSystem, advisories }: ImageRecord, now: Date): string {
  if (operatingSystem === undefined) return 'operating system: none found';
  const { id, version, prettyName } = operatingSystem;
  const name =
    version === '' || prettyName?.includes(version) ? (prettyName ?? id) : `${nameOf(prettyName ?? id)} ${version}`;
  const end = advisories?.supportEnd ?? operatingSystem.supportEnd;
  if (end === undefined) return `${name}, end of support unknown`;
  const over = daysSince(end, now);
  if (over === undefined || over <= 0) return `${name}, supported until ${end}`;
  return `${name}, support ended ${end} (${grouped(over)} d ago)`;
}

/** `Debian GNU/Linux` of `Debian GNU/Linux 12 (bookworm)`, to which the more exact version is put. */
function nameOf(prettyName: string): string {
  const cut = prettyName.search(/\s+v?\d/);
  return cut === -1 ? prettyName : prettyName.slice(0, cut);
}
