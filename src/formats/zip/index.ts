/**
 * Bytes to the members of a ZIP archive (APPNOTE 6.3.10), by its central directory: random access over a byte source, so
 * neither the archive nor its listing is ever held whole. Never throws on bad bytes, never writes a file, never follows
 * a name: names are only labels here.
 */
export { openZip } from './open-zip.ts';
export type { ZipArchive } from './open-zip.ts';
export { defaultZipLimits } from './zip-limits.ts';
export type { ZipLimits } from './zip-limits.ts';
export type { ZipEntry } from './directory.ts';
export type { ZipProblem } from './zip-problems.ts';
