import type { AttestedBase, ImageRecord } from '../../model/index.ts';
import { withLineage } from '../../record/index.ts';
import { type Catalogue, readFingerprints } from './catalogue-folder.ts';

/** The record with what the catalogue, and provenance where some was looked for, say of the base that its image stands on. */
export function recordOnBases(
  record: ImageRecord,
  catalogue: Catalogue,
  attested: readonly AttestedBase[] = [],
): ImageRecord {
  return withLineage(record, catalogue.bases, { fingerprints: readFingerprints(catalogue), attested });
}
