import type { ImageRecord } from '../../model/index.ts';
import { withLineage } from '../../record/index.ts';
import { type Catalogue, readFingerprints } from './catalogue-folder.ts';

/** The record with what the catalogue says of the base that its image stands on. */
export function recordOnBases(record: ImageRecord, catalogue: Catalogue): ImageRecord {
  return withLineage(record, catalogue.bases, readFingerprints(catalogue));
}
