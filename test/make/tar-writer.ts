/** A member of a tar archive to write. Names are written as they are: hostile ones too. */
export interface TarMember {
  readonly name: string | Uint8Array;
  readonly type?: 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo';
  readonly content?: string | Uint8Array;
  readonly link?: string;
  /** Default 0644, folders 0755, links 0777. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since 1970. Default 0. */
  readonly mtime?: number;
  readonly device?: readonly [major: number, minor: number];
  readonly xattrs?: Readonly<Record<string, string | Uint8Array>>;
  /** Further pax records, as they are. */
  readonly pax?: Readonly<Record<string, string>>;
  /** Writes the file sparse (pax 1.0): where the content's runs lie, and how long the file is. */
  readonly sparse?: {
    readonly realSize: number;
    readonly runs: readonly (readonly [offset: number, length: number])[];
  };
  /** A size for the header that lies. */
  readonly claimedSize?: number | bigint;
  /** A type flag that overrides the one of the type. */
  readonly flag?: string;
}

export interface TarOptions {
  /** How long names and large numbers are written: pax headers, or GNU members and base-256. */
  readonly format?: 'pax' | 'gnu';
  /** Leave out the two zero blocks at the end. */
  readonly unfinished?: boolean;
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
const modes = {
  file: 0o644,
  hardlink: 0o644,
  symlink: 0o777,
  'character-device': 0o644,
  'block-device': 0o644,
  directory: 0o755,
  fifo: 0o644,
} as const;

/** Writes a tar archive: the same members give the same bytes. */
export function writeTar(members: readonly TarMember[], options: TarOptions = {}): Buffer {
  const blocks = members.flatMap((member) => memberBlocks(member, options.format ?? 'pax'));
  if (options.unfinished !== true) blocks.push(Buffer.alloc(1024));
  return Buffer.concat(blocks);
}

function memberBlocks(member: TarMember, format: 'pax' | 'gnu'): Buffer[] {
  const type = member.type ?? 'file';
  const given = toBuffer(member.content ?? '');
  const map =
    member.sparse === undefined
      ? Buffer.alloc(0)
      : padded(Buffer.from(`${[member.sparse.runs.length, ...member.sparse.runs.flat()].join('\n')}\n`));
  const stored = Buffer.concat([map, given]);
  const name = toBuffer(member.name);
  const link = Buffer.from(member.link ?? '');
  const records: [string, Buffer][] = Object.entries(member.pax ?? {}).map(([key, value]) => [key, Buffer.from(value)]);
  const blocks: Buffer[] = [];
  const uid = member.uid ?? 0;
  const gid = member.gid ?? 0;
  if (format === 'pax') {
    if (name.length > 100 || name.some((byte) => byte > 126)) records.push(['path', name]);
    if (link.length > 100) records.push(['linkpath', link]);
    if (uid > 0o7777777) records.push(['uid', Buffer.from(String(uid))]);
    if (gid > 0o7777777) records.push(['gid', Buffer.from(String(gid))]);
  } else {
    if (name.length > 100) blocks.push(...gnuLong('L', name));
    if (link.length > 100) blocks.push(...gnuLong('K', link));
  }
  for (const [key, value] of Object.entries(member.xattrs ?? {}))
    records.push([`SCHILY.xattr.${key}`, toBuffer(value)]);
  if (member.sparse !== undefined)
    records.push(
      ['GNU.sparse.major', Buffer.from('1')],
      ['GNU.sparse.minor', Buffer.from('0')],
      ['GNU.sparse.name', name],
      ['GNU.sparse.realsize', Buffer.from(String(member.sparse.realSize))],
    );
  if (records.length > 0) blocks.push(...paxHeader(records));
  blocks.push(
    header({
      ...member,
      mode: member.mode ?? modes[type],
      uid,
      gid,
      link,
      name,
      size: member.claimedSize ?? stored.length,
      flag: member.flag ?? flags[type],
    }),
  );
  if (stored.length > 0) blocks.push(padded(stored));
  return blocks;
}

interface Header {
  readonly name: Buffer;
  readonly link: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number | bigint;
  readonly flag: string;
  readonly mtime?: number;
  readonly device?: readonly [number, number];
}

function header(fields: Header): Buffer {
  const block = Buffer.alloc(512);
  fields.name.subarray(0, 100).copy(block, 0);
  number(block, 100, 8, fields.mode);
  number(block, 108, 8, fields.uid);
  number(block, 116, 8, fields.gid);
  number(block, 124, 12, fields.size);
  number(block, 136, 12, fields.mtime ?? 0);
  block.write('        ', 148, 'latin1');
  block.write(fields.flag, 156, 1, 'latin1');
  fields.link.subarray(0, 100).copy(block, 157);
  block.write('ustar\x0000', 257, 'latin1');
  number(block, 329, 8, fields.device?.[0] ?? 0);
  number(block, 337, 8, fields.device?.[1] ?? 0);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Octal where it fits, else base-256 (GNU), also for negative numbers. */
function number(block: Buffer, offset: number, length: number, value: number | bigint): void {
  const octal = value >= 0 ? value.toString(8) : '';
  if (octal !== '' && octal.length < length) {
    block.write(`${octal.padStart(length - 1, '0')}\0`, offset, 'latin1');
    return;
  }
  let rest = BigInt.asUintN(length * 8, BigInt(value));
  for (let i = length - 1; i >= 0; i--) {
    block[offset + i] = Number(rest & 255n);
    rest >>= 8n;
  }
  block[offset] = block[offset]! | 0x80;
}

function paxHeader(records: readonly (readonly [string, Buffer])[]): Buffer[] {
  const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
  return [
    header({
      name: Buffer.from('PaxHeaders.0/member'),
      link: Buffer.alloc(0),
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: body.length,
      flag: 'x',
    }),
    padded(body),
  ];
}

function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function gnuLong(flag: 'L' | 'K', text: Buffer): Buffer[] {
  const body = Buffer.concat([text, Buffer.alloc(1)]);
  return [
    header({
      name: Buffer.from('././@LongLink'),
      link: Buffer.alloc(0),
      mode: 0,
      uid: 0,
      gid: 0,
      size: body.length,
      flag,
    }),
    padded(body),
  ];
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

function toBuffer(value: string | Uint8Array): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value);
}
