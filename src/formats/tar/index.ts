/** Tar archives (ustar, GNU, pax) as a stream of members. Never writes, never follows a name. */
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
export { defaultTarLimits, type TarEntry, type TarHandler, type TarLimits, TarReader } from './reader.ts';
export { type PaxRecords, readPaxRecords } from './pax.ts';
