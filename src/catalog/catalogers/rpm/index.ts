/**
 * RPM databases (SQLite, ndb, Berkeley DB, and the lists of distroless Azure Linux) to packages and what they own. Reads
 * what is recorded as installed, not whether the files are still there.
 */
export { rpm } from './rpm.ts';
