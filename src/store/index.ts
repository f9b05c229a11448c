/** What is kept between runs. So far: the cache of layers and records. Never the only copy of anything. */
export { FileCache } from './file-cache.ts';
