/**
 * RPM headers (LSB package format; the blobs of an rpm database) to values by tag. Checks every count and offset against
 * the bytes; never throws. Knows tags only by number.
 */
export { readRpmHeader, RpmHeader } from './rpm-header.ts';
export { rpmTags } from './tags.table.ts';
