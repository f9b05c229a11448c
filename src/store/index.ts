/**
 * What is kept between runs: the cache of layers and records, which is never the only copy of anything, and the store of
 * records of scanned images with its index.
 */
export { FileCache } from './file-cache.ts';
export type { IndexedImage, IndexedPackage, PackageUse, RecordIndex } from './record-index.ts';
export { type KeptRecord, RecordStore } from './record-store.ts';
