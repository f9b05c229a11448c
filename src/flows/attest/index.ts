/** Statements about images: their predicates taken from files or made by a scan, signed, and pushed beside the image. */
export { attestImage, type Attested, type AttestedImage, type AttestOptions } from './attest-image.ts';
export { predicateOfFile } from './predicate-file.ts';
export { predicateOfScan, scannedTypes, type ScanPredicateOptions } from './predicate-of-scan.ts';
