/**
 * Records become SBOMs (CycloneDX 1.6, SPDX 2.3) and SBOMs of any tool become records that know packages alone. Pure:
 * bytes in, text out; never believes a document further than its own words.
 */
export { readSbom } from './read-sbom.ts';
export { recordFromSbom } from './record-from-sbom.ts';
export type { Sbom, SbomOperatingSystem, SbomPackage } from './sbom.ts';
export { writeCycloneDx } from './write-cyclonedx.ts';
export type { SbomOptions } from './write-options.ts';
export { writeSpdx } from './write-spdx.ts';
