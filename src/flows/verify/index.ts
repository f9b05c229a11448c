/**
 * Verification: what vouches for an image or file is found, held against whom the user trusts, and said step by step.
 */
export { attestedBases } from './attested-bases.ts';
export { type AskCatalogue } from './base-standing.ts';
export { chooseTrust, type ChosenTrust } from './choose-trust.ts';
export { isOutOfReach } from './gather-claims.ts';
export type { LoginChoice } from './login-choice.ts';
export {
  evidenceFromKept,
  imageEvidence,
  keepEvidence,
  type TrustedBy,
  verificationFromKept,
} from './image-evidence.ts';
export { type KeptEvidence, parseKeptEvidence } from './kept-evidence.ts';
export { type FoundProvenance, imageProvenance, type ImageProvenance } from './image-provenance.ts';
export { type BlobVerification, verifyBlob } from './verify-blob.ts';
export { verifyImage, type VerifyOptions } from './verify-image.ts';
