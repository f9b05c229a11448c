/** The server's store as files: backups and what comes back from them. */
export { backupToFile, restoreFromFile } from './store-file.ts';
