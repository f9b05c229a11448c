/**
 * OCI and Docker documents (image-spec 1.1: index, manifest, descriptor, config; Docker's schema 2) from hostile bytes
 * to typed values, and from an index to the one image for a platform. Reads nothing by itself: sources hand in bytes.
 */
export {
  artifactDocument,
  type ArtifactManifest,
  type ArtifactToPush,
  emptyBlob,
  parseArtifact,
  parseReferrers,
} from './artifact.ts';
export { parseConfig } from './config.ts';
export type { Descriptor } from './descriptor.ts';
export { algorithmOf, digestMismatch, digestOf, verifyBytes } from './digest-check.ts';
export { configLimitBytes, type JsonKind, manifestLimitBytes, parseJson } from './json.ts';
export { type ImageIndex, type ImageManifest, parseManifest } from './manifest.ts';
export { compressionOf } from './media-types.ts';
export { hostPlatform, matchesPlatform, parsePlatform, type Platform, platformName } from './platform.ts';
export {
  attestationsOf,
  checkPlatform,
  chooseManifest,
  type DocumentReader,
  type HoldsWhole,
  isBeside,
  type ResolvedImage,
  resolveImage,
  type RootDocument,
} from './resolve.ts';
export { displayText } from './text.ts';
export { arrayField, countField, objectField, objectOf, textField, textListField, textMapField } from './fields.ts';
