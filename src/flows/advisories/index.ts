/**
 * Advisories from files and from the public feeds into the database. Composes the advisories stage with the network;
 * never judges.
 */
export { importAdvisories } from './import-advisories.ts';
export type { ImportOptions, ImportOutcome } from './import-advisories.ts';
