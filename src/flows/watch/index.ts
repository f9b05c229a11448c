/** What runs where, kept up to date: sources watched, what they tell taken into the store and the ledger, scans asked for. */
export { noteAudit } from './audit.ts';
export { keptSources, scansByJobs } from './kept-sources.ts';
export { addLocalEngine } from './local-engine.ts';
export { noteNotifications } from './notifications.ts';
export { checkSource, silentAfterSeconds, testSource } from './test-source.ts';
export { watchSources } from './watch-sources.ts';
export type { SourceDirectory, WantedScan, WatchChange, WatchedSource, WatchPatience, WatchWorld } from './world.ts';
