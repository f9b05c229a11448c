import { decodeName } from './header.ts';

/** What of a pax extended header (POSIX.1-2017 pax § pax Header Block) changes how an entry is read. */
export interface PaxRecords {
  path?: string;
  linkPath?: string;
  size?: number;
  uid?: number;
  gid?: number;
  /** Seconds since 1970 as written. */
  modified?: string;
  userName?: string;
  groupName?: string;
  xattrs?: Record<string, Uint8Array>;
  sparse?: { major?: string; minor?: string; name?: string; realSize?: number; map?: number[]; pendingOffset?: number };
}

/** Reads the records of an extended header into `into`. Gives what is wrong with it, or undefined. */
export function readPaxRecords(bytes: Buffer, into: PaxRecords): string | undefined {
  let at = 0;
  while (at < bytes.length) {
    let length = 0;
    let i = at;
    for (; i < bytes.length && i - at < 12; i++) {
      const digit = bytes[i]! - 48;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
    }
    if (i === at || bytes[i] !== 32) return 'a pax record does not begin with its length';
    const end = at + length;
    if (end > bytes.length || end <= i + 1 || bytes[end - 1] !== 10)
      return 'a pax record is longer than its header or not ended';
    const equals = bytes.indexOf(61, i + 1);
    if (equals < 0 || equals >= end) return 'a pax record has no =';
    applyRecord(bytes.toString('latin1', i + 1, equals), bytes.subarray(equals + 1, end - 1), into);
    at = end;
  }
  return undefined;
}

const xattrPrefix = 'SCHILY.xattr.';

function applyRecord(key: string, value: Buffer, into: PaxRecords): void {
  switch (key) {
    case 'path':
      into.path = decodeName(value);
      return;
    case 'linkpath':
      into.linkPath = decodeName(value);
      return;
    case 'size':
      into.size = decimal(value);
      return;
    case 'uid':
      into.uid = decimal(value);
      return;
    case 'gid':
      into.gid = decimal(value);
      return;
    case 'mtime':
      into.modified = value.toString('latin1', 0, 40);
      return;
    case 'uname':
      into.userName = decodeName(value);
      return;
    case 'gname':
      into.groupName = decodeName(value);
      return;
  }
  if (key.startsWith(xattrPrefix))
    (into.xattrs ??= Object.create(null) as Record<string, Uint8Array>)[key.slice(xattrPrefix.length)] =
      Uint8Array.from(value);
  else if (key.startsWith('GNU.sparse.')) applySparse(key.slice(11), value, (into.sparse ??= {}));
}

/** GNU sparse formats 0.0, 0.1 and 1.0 in pax headers (GNU tar manual § Storing Sparse Files). */
function applySparse(key: string, value: Buffer, sparse: NonNullable<PaxRecords['sparse']>): void {
  if (key === 'major') sparse.major = value.toString('latin1');
  else if (key === 'minor') sparse.minor = value.toString('latin1');
  else if (key === 'name') sparse.name = decodeName(value);
  else if (key === 'size' || key === 'realsize') sparse.realSize = decimal(value);
  else if (key === 'map') sparse.map = value.toString('latin1').split(',').map(Number);
  else if (key === 'offset') sparse.pendingOffset = decimal(value);
  else if (key === 'numbytes') (sparse.map ??= []).push(sparse.pendingOffset ?? NaN, decimal(value));
}

function decimal(value: Buffer): number {
  const text = value.toString('latin1', 0, Math.min(value.length, 24));
  return /^\d{1,15}(?:\.\d*)?$/.test(text) ? Number.parseInt(text, 10) : NaN;
}
