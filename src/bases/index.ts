/**
 * The catalogue of base images: its documents read and written (comments kept), the changes that a base goes through, who
 * may make them, what is signed. Pure: opens no file; flows/bases reads the folder.
 */
export {
  chosenRelease,
  checkEndorsable,
  type Doing,
  withdrawn,
  withEndorsement,
  withPublished,
  withRelease,
  withVerdict,
} from './change-base.ts';
export { hardeningDockerfile, type NamedRecord, proposeHardening } from './harden/index.ts';
export { parseBase, parseRoles } from './documents.ts';
export { baseFinder, type FoundRelease, releasesByDigest } from './find-base.ts';
export { fingerprintText, parseFingerprint } from './fingerprint.ts';
export { type BaseDeed, type Person, personWhoMay, type Roles } from './roles.ts';
export { type EndorsementPredicate, endorsementPredicate } from './statement.ts';
export { baseText } from './write-base.ts';
