/**
 * Berkeley DB hash databases (as of 4.x and 5.x: versions 8 to 10, both byte orders) to their pairs. Walks pages, not
 * buckets; needs no environment and writes none. Never throws; every overflow page is read at most once, so no chain
 * costs more than the file has bytes. No encryption, checksums or off-page duplicates: they are said, not read.
 */
export { isBerkeleyHash, readBerkeleyHash } from './hash.ts';
