/** Copies an opened image to a registry or an OCI layout, digest and bytes as they are. */
export { copyImage } from './copy-image.ts';
export { openTarget } from './open-target.ts';
export type { ImageTarget, ManifestToPut } from './image-target.ts';
