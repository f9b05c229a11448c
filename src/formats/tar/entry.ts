import { typeFlag } from './header.ts';

/** A member of a tar archive, names as written. The object is used again for the next member: copy what must stay. */
export interface TarEntry {
  name: string;
  linkName: string;
  type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'fifo' | 'other';
  /** Permission bits with setuid, setgid and sticky. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of the file as a container sees it, holes included. */
  sizeBytes: number;
  xattrs: Readonly<Record<string, Uint8Array>> | undefined;
  deviceMajor: number;
  deviceMinor: number;
  /** Only where they were asked for. */
  details?: TarDetails;
}

/** What engines need not know of a member to extract it. */
export interface TarDetails {
  /** Time of change in seconds since 1970 as decimal text, fractions and sign as written. */
  readonly modified: string;
  readonly userName: string;
  readonly groupName: string;
  readonly isBlockDevice: boolean;
}

/** What of each member is read beside what engines need to extract it. */
export interface TarReadOptions {
  /** Times and names of owners: for those who compare archives or write them anew. */
  readonly details?: boolean;
}

/** Who is told what the archive holds, in its order. Bytes handed over are only valid during the call. */
export interface TarHandler {
  /** A member begins. */
  entry(entry: TarEntry): void;
  /** The next bytes of the member's contents. Holes of sparse files come as zeros. */
  data(bytes: Buffer): void;
  /** The member is over. */
  entryEnd(): void;
}

export interface TarLimits {
  /** Longest extended header (pax, GNU long name, sparse map). */
  readonly headerBytes: number;
  readonly entries: number;
  /** Zeros that holes of all sparse files may stand for. */
  readonly holeBytes: number;
}

export const defaultTarLimits: TarLimits = { headerBytes: 1 << 20, entries: 4_000_000, holeBytes: 4 * 2 ** 30 };

/** What a type flag stands for; the name tells directories of V7 archives. */
export function typeOf(flag: number, name: string): TarEntry['type'] {
  switch (flag) {
    case typeFlag.file:
    case typeFlag.fileV7:
      // V7 archives mark directories by a slash at the end.
      return name.endsWith('/') ? 'directory' : 'file';
    case typeFlag.contiguous:
    case typeFlag.gnuSparse:
      return 'file';
    case typeFlag.hardlink:
      return 'hardlink';
    case typeFlag.symlink:
      return 'symlink';
    case typeFlag.directory:
      return 'directory';
    case typeFlag.characterDevice:
    case typeFlag.blockDevice:
      return 'device';
    case typeFlag.fifo:
      return 'fifo';
    default:
      return 'other';
  }
}
