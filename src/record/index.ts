/**
 * Assembles the record of an image from what its layers hold, says on which base it stands, reads and
 * writes SBOMs, compares two records. Pure: no
 * file, no clock.
 */
export { assembleRecord, withFindings } from './assemble.ts';
export type { Assembly, AssemblyLayer, PackageKind, VisibleHardLink } from './assembly.ts';
export type { LayeredItem } from './attribute.ts';
export { compareRecords } from './compare.ts';
export { stableId } from './identity.ts';
export {
  type AskedOfExecutables,
  InputReader,
  type JudgedRecord,
  judgingInput,
  withoutAdvisories,
} from './judging-input.ts';
export { fingerprintOf } from './likeness.ts';
export { lineageOf, withLineage } from './lineage.ts';
export type { VisibleLink } from './links.ts';
export { readRecord } from './read-record.ts';
export { readSbom, recordFromSbom, type Sbom, type SbomOptions, writeCycloneDx, writeSpdx } from './sbom/index.ts';
