/**
 * A tar file (`docker save` of old and new engines, OCI archives; plain, gzip or zstd) becomes an opened image. Only
 * the outer tar's headers and small documents are read; layers stay where they are.
 */
export { archiveSource, openArchiveFile } from './archive.ts';
