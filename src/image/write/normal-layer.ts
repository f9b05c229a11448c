import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { tarEnd, tarMember } from '../../formats/tar/index.ts';
import type { LayerMember } from './layer-members.ts';

/**
 * The members of a layer as any machine would write them: in order of their paths, each once, folders before what is in them,
 * no time after `latest` (reproducible-builds.org, SOURCE_DATE_EPOCH), no names of owners. A file with several names is
 * written under the first of them. What a container sees is the same.
 */
export function normalMembers(members: readonly LayerMember[], latest: number): LayerMember[] {
  const byName = new Map<string, LayerMember>();
  // Of two with one name, the later is what an engine leaves on disk.
  for (const member of members) {
    byName.delete(member.name);
    byName.set(member.name, member);
  }
  const sorted = [...byName.values()].sort((a, b) => compareNames(a.name, b.name));
  const firstName = new Map<string, string>();
  return sorted.map((member): LayerMember => {
    const file = fileOf(member, byName);
    const plain = {
      ...member,
      userName: '',
      groupName: '',
      modified: String(Math.min(wholeSeconds((file ?? member).modified), latest)),
    };
    if (file === undefined) return plain;
    const first = firstName.get(file.name);
    if (first !== undefined)
      return { ...plain, ...ownersOf(file), type: 'hardlink', linkName: first, sizeBytes: 0, sha256: '', xattrs: {} };
    firstName.set(file.name, member.name);
    const { sizeBytes, sha256, offsetBytes, xattrs } = file;
    return { ...plain, ...ownersOf(file), type: 'file', linkName: '', sizeBytes, sha256, offsetBytes, xattrs };
  });
}

function ownersOf({ mode, uid, gid }: LayerMember): Pick<LayerMember, 'mode' | 'uid' | 'gid'> {
  return { mode, uid, gid };
}

const longestChain = 100;

/** The file that a file or hard link stands for; undefined for anything else, and for links to what the layer has not. */
function fileOf(member: LayerMember, byName: ReadonlyMap<string, LayerMember>): LayerMember | undefined {
  let at: LayerMember | undefined = member;
  for (let i = 0; at?.type === 'hardlink' && i < longestChain; i++) at = byName.get(at.linkName);
  return at?.type === 'file' ? at : undefined;
}

/** A folder before its contents and those before its next neighbour: `a`, `a/b`, `a.txt`. */
function compareNames(a: string, b: string): number {
  const [left, right] = [a.replaceAll('/', '\0'), b.replaceAll('/', '\0')];
  return left < right ? -1 : left > right ? 1 : 0;
}

function wholeSeconds(text: string): number {
  const seconds = Math.floor(Number(text));
  return Number.isSafeInteger(seconds) ? seconds : 0;
}

const copyBytes = 1 << 20;
const blockBytes = 512;

/** Writes members as an archive, files' bytes taken from the file that they were read into. Gives its size. */
export function writeMembers(members: readonly LayerMember[], contentsFile: string, to: string): number {
  const from = openSync(contentsFile, 'r');
  const archive = openSync(to, 'wx', 0o600);
  const buffer = Buffer.allocUnsafeSlow(copyBytes);
  let sizeBytes = 0;
  const write = (bytes: Buffer): void => {
    sizeBytes += bytes.length;
    for (let at = 0; at < bytes.length;) at += writeSync(archive, bytes, at);
  };
  try {
    for (const member of members) {
      const name = member.name === '' ? './' : member.type === 'directory' ? `${member.name}/` : member.name;
      write(tarMember({ ...member, name, modified: wholeSeconds(member.modified) }));
      if (member.type !== 'file') continue;
      for (let at = 0; at < member.sizeBytes;) {
        const got = readSync(from, buffer, 0, Math.min(copyBytes, member.sizeBytes - at), member.offsetBytes + at);
        if (got === 0) throw new Error(`${contentsFile} is shorter than what was written to it`);
        write(buffer.subarray(0, got));
        at += got;
      }
      write(Buffer.alloc((blockBytes - (member.sizeBytes % blockBytes)) % blockBytes));
    }
    write(tarEnd);
  } finally {
    closeSync(from);
    closeSync(archive);
  }
  return sizeBytes;
}
