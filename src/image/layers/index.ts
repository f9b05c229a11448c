/** Layers: stored bytes to members, files and what they hide of one another. Knows nothing of what files mean. */
export type { BlobLocation } from '../image.ts';
export type { Inflate } from './decompress.ts';
export { LayerIndexReader } from './layer-index.ts';
export { type LayerShare, Overlay } from './overlay.ts';
export { breakPlainRing, isBeingRead, newPlainRing, type PlainRing, PlainRingWriter } from './plain-ring.ts';
export { readDirectory } from './read-directory.ts';
export { type LayerSource, type ReadLayer, readLayer } from './read-layer.ts';
export { unpackLayer } from './unpack-layer.ts';
