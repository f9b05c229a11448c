import {
  blockBytes,
  checksumIsRight,
  isZeroBlock,
  type PaxRecords,
  readNumber,
  readPaxRecords,
  readText,
  typeFlag,
} from '../../../formats/tar/index.ts';
import { CodedError } from '../../../model/index.ts';
import { readAt } from '../file-tree.ts';

/** A member of the outer tar. Offsets are bytes from the start of the file. */
export interface OuterMember {
  readonly kind: 'file' | 'link' | 'other';
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** For links: the member that it stands for, a normal name. */
  readonly target: string;
  /** Offset of the member of the same name that this one replaces, as unpacking would. */
  readonly replaces?: OuterMember;
}

export interface OuterTarLimits {
  readonly members: number;
  /** Longest GNU long name or pax header, in bytes. */
  readonly headerBytes: number;
}

const outerTarLimits: OuterTarLimits = { members: 100_000, headerBytes: 1 << 20 };

const windowBytes = 32 << 10;

/** Headers that only speak about the member after them. */
const metaFlags: ReadonlySet<number> = new Set([
  typeFlag.paxNext,
  typeFlag.paxGlobal,
  typeFlag.gnuLongName,
  typeFlag.gnuLongLink,
]);

/**
 * Lists a tar's members by their headers, skipping contents. Later members replace earlier ones of the same name.
 * @throws CodedError `bad-archive`, naming the offset, where it is no tar, damaged or cut short.
 */
export function readOuterTar(
  fd: number,
  fileBytes: number,
  label: string,
  limits = outerTarLimits,
): Map<string, OuterMember> {
  const members = new Map<string, OuterMember>();
  const fail = (why: string, at: number): CodedError => new CodedError('bad-archive', `${label} ${why}, at byte ${at}`);
  const read = windowed(fd);
  let pax: PaxRecords = {};
  let longName: string | undefined;
  let longLink: string | undefined;
  let count = 0;
  for (let at = 0; at < fileBytes;) {
    const header = read(at, blockBytes);
    if (header.length < blockBytes) throw fail('ends in the middle of a header', at);
    if (isZeroBlock(header)) break;
    if (!checksumIsRight(header)) throw fail(at === 0 ? 'is no tar archive' : 'has a header with a wrong checksum', at);
    if (++count > limits.members) throw fail(`has more than ${limits.members} members`, at);
    const flag = header[156]!;
    const dataAt = at + blockBytes;
    const isMeta = metaFlags.has(flag);
    const size = (isMeta ? undefined : pax.size) ?? readNumber(header, 124, 12);
    if (!Number.isSafeInteger(size) || size < 0) throw fail('has a member whose size is no number', at);
    if (isMeta && size > limits.headerBytes) throw fail(`has an extended header of ${size} bytes`, at);
    const stored = holdsData(flag) ? size : 0;
    if (dataAt + stored > fileBytes)
      throw fail(`is cut short: a member of ${stored} bytes ends after ${fileBytes - dataAt}`, at);
    at = dataAt + Math.ceil(stored / blockBytes) * blockBytes;
    if (isMeta) {
      const bytes = readAt(fd, dataAt, size);
      if (flag === typeFlag.gnuLongName) longName = readText(bytes, 0, bytes.length);
      else if (flag === typeFlag.gnuLongLink) longLink = readText(bytes, 0, bytes.length);
      else {
        // Engines pass over global headers, so they change nothing here.
        const wrong = readPaxRecords(bytes, flag === typeFlag.paxGlobal ? {} : pax);
        if (wrong !== undefined) throw fail(`has a bad extended header: ${wrong}`, dataAt);
      }
      continue;
    }
    const name = normalName(longName ?? pax.path ?? headerName(header));
    const link = longLink ?? pax.linkPath ?? readText(header, 157, 100);
    const isSparse = flag === typeFlag.gnuSparse || pax.sparse !== undefined;
    if (name !== undefined) {
      const kind = isSparse ? 'other' : kindOf(flag);
      members.set(name, {
        kind,
        offsetBytes: dataAt,
        sizeBytes: stored,
        target: kind === 'link' ? linkTarget(name, link, flag === typeFlag.symlink) : '',
        replaces: dropChain(members.get(name)),
      });
    }
    pax = {};
    longName = longLink = undefined;
  }
  if (count === 0) throw fail('is empty', 0);
  return members;
}

/** Keeps one predecessor: enough to notice a duplicate, without a chain that grows. */
function dropChain(member: OuterMember | undefined): OuterMember | undefined {
  return member?.replaces === undefined ? member : { ...member, replaces: undefined };
}

/** Links, devices and directories have no contents, whatever their size field says. */
function holdsData(flag: number): boolean {
  return flag < typeFlag.hardlink || flag > typeFlag.fifo;
}

function kindOf(flag: number): OuterMember['kind'] {
  if (flag === typeFlag.file || flag === typeFlag.fileV7 || flag === typeFlag.contiguous) return 'file';
  return flag === typeFlag.symlink || flag === typeFlag.hardlink ? 'link' : 'other';
}

function headerName(header: Buffer): string {
  const name = readText(header, 0, 100);
  if (header.toString('latin1', 257, 263) !== 'ustar\0') return name;
  const prefix = readText(header, 345, 155);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Makes `./a//b` into `a/b`; undefined for names that lead outside, which nothing asks for. */
export function normalName(name: string): string | undefined {
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else parts.push(part);
  }
  return parts.join('/');
}

/** Symbolic links are relative to their folder, hard links to the archive's root; '' where they lead outside. */
function linkTarget(name: string, link: string, isSymbolic: boolean): string {
  if (!isSymbolic) return normalName(link) ?? '';
  if (link.startsWith('/')) return '';
  const slash = name.lastIndexOf('/');
  return normalName(slash < 0 ? link : `${name.slice(0, slash)}/${link}`) ?? '';
}

/** Reads through a window, so that small members that follow each other cost one read together. */
function windowed(fd: number): (offset: number, length: number) => Buffer {
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  return (offset, length) => {
    if (offset < start || offset + length > start + window.length) {
      window = readAt(fd, offset, windowBytes);
      start = offset;
    }
    return window.subarray(offset - start, offset - start + length);
  };
}
