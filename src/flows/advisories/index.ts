/**
 * Advisories from files and from the public feeds into the database. Composes the advisories stage with the network;
 * never judges.
 */
export { cacheDirectory, databasePath } from './database-path.ts';
export { describeDatabase } from './describe-database.ts';
export type { DatabaseDescription } from './describe-database.ts';
export { importAdvisories, inSeconds, undated } from './import-advisories.ts';
export type { ImportOptions, ImportOutcome } from './import-advisories.ts';
export { searchAdvisories } from './search-advisories.ts';
export type { DatabaseDate, ImportReport } from '../../advisories/index.ts';
export type { FoundAdvisory, SearchResult } from './search-advisories.ts';
export { feedNames, publicAddresses, usualEcosystems } from './public-feeds.ts';
export type { FeedAddresses, FeedName } from './public-feeds.ts';
export { updateAdvisories } from './update-advisories.ts';
export type { UpdateOptions, UpdateOutcome } from './update-advisories.ts';
