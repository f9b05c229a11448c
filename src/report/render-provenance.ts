import type { EvidenceSigner, ProvenanceFacts } from '../model/index.ts';
import { wrapText } from './table/wrap.ts';

/** Provenance as a report shows it. */
export interface ShownProvenance {
  readonly where: string;
  readonly standing: 'verified' | 'refused' | 'signed' | 'unsigned';
  readonly signer?: EvidenceSigner;
  readonly why?: string;
  readonly facts: ProvenanceFacts;
}

const labelColumns = 10;

/** What an image was built from, for a terminal. */
export function renderProvenance(
  { name, found }: { readonly name: string; readonly found: readonly ShownProvenance[] },
  { columns }: { readonly columns: number },
): string {
  const width = Math.max(40, columns);
  const lines = wrapText(name, width, { first: '', rest: '  ' });
  const row = (label: string, text: string | undefined): void => {
    if (text === undefined) return;
    lines.push(
      ...wrapText(text, width, { first: ` ${label.padEnd(labelColumns)}`, rest: ' '.repeat(labelColumns + 1) }),
    );
  };
  if (found.length === 0) lines.push('', ' no provenance: neither signed statements about it nor BuildKit’s beside it');
  for (const { where, standing, signer, why, facts } of found) {
    lines.push('');
    row('standing', standingText(standing, signer, why));
    row('source', facts.source === undefined ? 'not named' : facts.source.uri);
    row('revision', facts.source?.revision);
    if (facts.dirty === true) row('', 'with changes that are in no revision');
    const bases = facts.images.filter(({ isBase }) => isBase);
    for (const image of (bases.length > 0 ? bases : facts.images).slice(0, 20))
      row(image.isBase ? 'base' : 'image', withDigest(image.reference, image.digest));
    row('builder', facts.builderId);
    row('kind', facts.buildType);
    row('run', facts.invocationId);
    row('built', [facts.startedAt, facts.finishedAt].filter((time) => time !== undefined).join(' to ') || undefined);
    row('lies in', where);
  }
  return `${lines.join('\n')}\n`;
}

function withDigest(reference: string, digest: string | undefined): string {
  return digest === undefined || reference.includes(digest) ? reference : `${reference}@${digest}`;
}

function standingText(standing: ShownProvenance['standing'], signer: EvidenceSigner | undefined, why = ''): string {
  if (standing === 'verified') return `signed by ${signer?.name ?? ''}, whom the trust root names`;
  if (standing === 'refused') return `does not count: ${why}`;
  return standing === 'signed' ? 'signed; --trust-root says by whom' : 'nobody signed it: anyone could have written it';
}
