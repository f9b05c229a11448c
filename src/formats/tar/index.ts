/** Tar archives (ustar, GNU, pax) as a stream of members. Never writes, never follows a name. */
export { decodeName, encodeName } from './header.ts';
export { defaultTarLimits, type TarEntry, type TarHandler, type TarLimits, TarReader } from './reader.ts';
