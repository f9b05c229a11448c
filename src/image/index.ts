/**
 * A reference, archive, folder or engine's image becomes an opened image: manifest and configuration verified, layers
 * named and ready to be read once; artifacts beside images are read and pushed. Never says what is in the files, and never
 * runs anything of the image.
 */
export { type DetectedSource, detectSource } from './detect.ts';
export {
  artifactDocument,
  type ArtifactManifest,
  type ArtifactToPush,
  type Descriptor,
  digestOf,
  emptyBlob,
} from './oci/index.ts';
export type { BlobLocation, ImageDocuments, LayerBlob, OciImageConfig, OpenedImage } from './image.ts';
export { openImage } from './open.ts';
export { fullName, type ImageReference, parseReference } from './reference.ts';
export {
  openRepository,
  type HeldManifest,
  type Repository,
  type RepositoryOptions,
} from './sources/registry/repository.ts';
export { findSubject, type Subject } from './sources/registry/subject.ts';
export { splitTarget } from './sources/target.ts';
export type { NetworkSettings, OpenImageOptions, OpenProgress } from './sources/source.ts';
