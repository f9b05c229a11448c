import { decodeName } from '../formats/tar/index.ts';
import { imagePath, type ImagePath, isOwnershipOfInterest } from '../model/index.ts';

const word = (text: string): number => Buffer.from(text, 'latin1').readInt32LE(0);
const metadata = word('DATA');
const pkgInfo = word('INFO');
const eggInfo = word('info');
const packageJson = word('json');
const gemspec = word('spec');

/** Whether a name that ends before `end` can be one of interest: spares making text of nearly all names. */
export function mayBeOfInterest(bytes: Uint8Array, end = bytes.length): boolean {
  if (end < 4) return false;
  const final = bytes[end - 1]!;
  // `.so`, and `.so.1.2.3`, which most names that end in a digit are not.
  if (final === 0x6f && bytes[end - 2] === 0x73 && bytes[end - 3] === 0x2e) return true;
  if (final >= 0x30 && final <= 0x39) return endsInLibraryVersion(bytes, end);
  const last = bytes[end - 4]! | (bytes[end - 3]! << 8) | (bytes[end - 2]! << 16) | (bytes[end - 1]! << 24);
  // `.jar`, `.war`, `.ear`
  if (last >> 16 === 0x7261) return (last & 0xff) === 0x2e;
  return last === packageJson || last === metadata || last === eggInfo || last === pkgInfo || last === gemspec;
}

const longestVersion = 40;

function endsInLibraryVersion(bytes: Uint8Array, end: number): boolean {
  const least = Math.max(2, end - longestVersion);
  for (let i = end - 1; i >= least; i--) {
    const byte = bytes[i]!;
    if (byte === 0x2e || (byte >= 0x30 && byte <= 0x39)) continue;
    return byte === 0x6f && bytes[i - 1] === 0x73 && bytes[i - 2] === 0x2e;
  }
  return false;
}

const programFolders = ['bin/', 'sbin/', 'usr/bin/', 'usr/sbin/'].map((folder) => Buffer.from(folder));

/** Whether a path, absolute or relative to the root, begins with a folder of programs. */
export function isInProgramFolder(bytes: Buffer, start = 0, end = bytes.length): boolean {
  const from = bytes[start] === 47 ? start + 1 : start;
  const first = bytes[from];
  if (first !== 98 && first !== 115 && first !== 117) return false;
  return programFolders.some(
    (folder) => end - from > folder.length && folder.compare(bytes, from, from + folder.length) === 0,
  );
}

/** The path of interest that the bytes name, if they name one; absolute or relative to the root. */
export function pathOfInterest(name: Uint8Array): ImagePath | undefined {
  const path = decodeName(name);
  // Relative names have no slash in front, which some of the patterns ask for.
  return isOwnershipOfInterest(path.startsWith('/') ? path : `/${path}`) ? imagePath(path) : undefined;
}

/** Of a list of paths, one a line, those of interest. `skip` bytes at the start of each line are no part of the path. */
export function pathsOfInterest(list: Uint8Array, skip = 0): ImagePath[] {
  const owned: ImagePath[] = [];
  const text = Buffer.from(list.buffer, list.byteOffset, list.length);
  for (let start = 0, end: number; start < text.length; start = end + 1) {
    const newline = text.indexOf(10, start);
    end = newline < 0 ? text.length : newline;
    if (end - start <= skip) continue;
    if (!mayBeOfInterest(text, end) && !isInProgramFolder(text, start + skip, end)) continue;
    const path = pathOfInterest(text.subarray(start + skip, end));
    if (path !== undefined) owned.push(path);
  }
  return owned;
}
