/** An image is built again from its provenance, and both are compared bit for bit. Changes and publishes nothing. */
export type { Difference } from './differences.ts';
export { type Rebuilt, rebuildImage } from './rebuild-image.ts';
