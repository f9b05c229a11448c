/** Tar archives (ustar, GNU, pax) to a stream of members, and members to archives. Opens no file, never follows a name. */
export {
  blockBytes,
  checksumIsRight,
  decodeName,
  encodeName,
  isZeroBlock,
  readNumber,
  readText,
  typeFlag,
} from './header.ts';
export { defaultTarLimits, type TarEntry, type TarHandler, type TarLimits } from './entry.ts';
export { TarReader } from './reader.ts';
export { type PaxRecords, readPaxRecords } from './pax.ts';
export { tarEnd, tarMember, type WrittenMember } from './writer.ts';
