/**
 * Feeds of advisories to a database, and a database and packages to findings. The database is one read-only file, put in
 * its place in one step. Never touches the network (flows/advisories fetches) and never reads the clock: days come in.
 */
export { openAdvisoryDatabase } from './database/advisory-database.ts';
export type { AdvisoryDatabase, EcosystemFacts } from './database/advisory-database.ts';
export { DatabaseBuilder, type DatabaseDate, type DatedBy } from './database/database-builder.ts';
export { feedImporter } from './feed-importer.ts';
export type { ImportReport } from './import-report.ts';
export { changesSince, type DatabaseChanges } from './database/changes.ts';
export { affects } from './match/ranges.ts';
export { AdvisoryMatcher, matchAdvisories } from './match/match-advisories.ts';
export type { MatchInput, MatchResult } from './match/match-advisories.ts';
