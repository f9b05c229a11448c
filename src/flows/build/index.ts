/**
 * A commit becomes an image that is judged, can be looked up and can be built again: engine, source, bases and builder are
 * found, the image is built, scanned and judged, and what passes is written or published.
 */
export { buildPinned } from './build-pinned.ts';
export { readDockerfile } from './build-place.ts';
export { buildImage, type BuiltAndJudged } from './build-image.ts';
export type { BuildOptions } from './build-options.ts';
export { builderFor, enrolledBuilder } from './find-builder.ts';
export { publish, type Published } from './publish.ts';
export { registryPublisher } from './registry-publisher.ts';
export { type TakenImage } from './dockerfile-images.ts';
export { pinImage, type PinnedImage } from './resolve-images.ts';
export { mountSecrets } from './secrets.ts';
export { withWorkFolder } from './work-folder.ts';
export { writeOutput } from './write-output.ts';
