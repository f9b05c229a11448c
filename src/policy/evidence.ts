import type { ImageRecord } from '../model/index.ts';
import type { DoubtDraft, Evidence } from './rule.ts';

/** What a rule needs and the record has not, as doubts. */
export function missingEvidence(record: ImageRecord, needs: readonly Evidence[]): readonly DoubtDraft[] {
  return needs.map((need) => missing(record, need)).filter((doubt) => doubt !== undefined);
}

function missing({ image, advisories }: ImageRecord, need: Evidence): DoubtDraft | undefined {
  const fromSbom = image.kind === 'sbom';
  if (need === 'advisories' && advisories === undefined)
    return {
      what: 'which vulnerabilities apply: no advisory database was used',
      mend: 'plimsoll db update (or db import), then scan again',
    };
  if (need === 'configuration' && image.kind !== 'image')
    return { what: `how it is configured to run: ${nameOf(image.kind)} has no configuration`, mend: 'scan the image' };
  if (need === 'files' && fromSbom)
    return { what: 'what its files hold: only an SBOM was read', mend: 'scan the image' };
  if (need === 'layers' && image.kind !== 'image')
    return { what: `what it was built from: ${nameOf(image.kind)} has no layers`, mend: 'scan the image' };
  return undefined;
}

function nameOf(kind: 'image' | 'directory' | 'sbom'): string {
  return kind === 'directory' ? 'a directory' : kind === 'sbom' ? 'an SBOM' : 'an image';
}
