/**
 * An opened image becomes an OCI layout or archive, layers as they were stored or made independent of machine and time; and
 * what stands in single layers, member by member, for those who compare. Verifies what it reads, never runs anything.
 */
export { findBytes, type FoundBytes } from './find-bytes.ts';
export { type LayerMember, readMembers } from './layer-members.ts';
export { packedBy } from './pack-file.ts';
export { writeArchive } from './write-archive.ts';
export { writeImage, type WrittenImage } from './write-image.ts';
