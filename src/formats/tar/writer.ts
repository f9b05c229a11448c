import { blockBytes, encodeName } from './header.ts';

/** A member as it is to be written; the same one gives the same bytes on every machine. */
export interface WrittenMember {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo';
  readonly linkName?: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes?: number;
  /** Whole seconds since 1970. */
  readonly modified: number;
  readonly xattrs?: Readonly<Record<string, Uint8Array>>;
  readonly deviceMajor?: number;
  readonly deviceMinor?: number;
}

const flags = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
} as const;

/** The two zero blocks that end an archive (POSIX.1-2017 pax § ustar Interchange Format). */
export const tarEnd = Buffer.alloc(2 * blockBytes);

/**
 * The header of a member in pax form (POSIX.1-2017 pax § pax Header Block), with an extended header only where a field does
 * not fit; names of owners and times of access are never written. A file's bytes follow, then zeros up to a full block.
 */
export function tarMember(member: WrittenMember): Buffer {
  const name = Buffer.from(encodeName(member.name));
  const link = Buffer.from(encodeName(member.linkName ?? ''));
  const size = member.type === 'file' ? (member.sizeBytes ?? 0) : 0;
  const records: [key: string, value: Uint8Array][] = [];
  const plain = (key: string, value: number, digits: number): void => {
    if (value < 0 || value >= 8 ** digits) records.push([key, Buffer.from(String(value))]);
  };
  if (!fits(name)) records.push(['path', name]);
  if (!fits(link)) records.push(['linkpath', link]);
  plain('uid', member.uid, 7);
  plain('gid', member.gid, 7);
  plain('size', size, 11);
  plain('mtime', member.modified, 11);
  for (const key of Object.keys(member.xattrs ?? {}).sort())
    records.push([`SCHILY.xattr.${key}`, member.xattrs![key]!]);
  const own = header({ ...member, name, link, size, flag: flags[member.type] });
  return records.length === 0 ? own : Buffer.concat([paxHeader(records), own]);
}

/** A field of 100 bytes holds it, and every reader takes it for the same text. */
function fits(text: Buffer): boolean {
  return text.length <= 100 && text.every((byte) => byte > 0 && byte < 128);
}

interface Fields extends Pick<WrittenMember, 'mode' | 'uid' | 'gid' | 'modified' | 'deviceMajor' | 'deviceMinor'> {
  readonly name: Buffer;
  readonly link: Buffer;
  readonly size: number;
  readonly flag: string;
}

function header(fields: Fields): Buffer {
  const block = Buffer.alloc(blockBytes);
  fields.name.subarray(0, 100).copy(block, 0);
  octal(block, 100, 8, fields.mode);
  octal(block, 108, 8, fields.uid);
  octal(block, 116, 8, fields.gid);
  octal(block, 124, 12, fields.size);
  octal(block, 136, 12, fields.modified);
  block.write('        ', 148, 'latin1');
  block.write(fields.flag, 156, 1, 'latin1');
  fields.link.subarray(0, 100).copy(block, 157);
  block.write('ustar\x0000', 257, 'latin1');
  octal(block, 329, 8, fields.deviceMajor ?? 0);
  octal(block, 337, 8, fields.deviceMinor ?? 0);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** What does not fit stands in the extended header, and zero here. */
function octal(block: Buffer, offset: number, length: number, value: number): void {
  const digits = value >= 0 && value < 8 ** (length - 1) ? value.toString(8) : '0';
  block.write(`${digits.padStart(length - 1, '0')}\0`, offset, 'latin1');
}

function paxHeader(records: readonly (readonly [string, Uint8Array])[]): Buffer {
  const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
  const own = header({
    name: Buffer.from('PaxHeaders/member'),
    link: Buffer.alloc(0),
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: body.length,
    modified: 0,
    flag: 'x',
  });
  return Buffer.concat([own, body, Buffer.alloc((blockBytes - (body.length % blockBytes)) % blockBytes)]);
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord(key: string, value: Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
