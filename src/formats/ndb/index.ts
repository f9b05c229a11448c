/**
 * RPM's own database format ndb (`Packages.db`, rpm lib/backend/ndb) to its blobs. Never throws; the blobs together
 * never cost more than the file has bytes. Knows nothing of what is in a blob.
 */
export { isNdb, readNdb } from './ndb.ts';
